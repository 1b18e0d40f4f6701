#!/usr/bin/env node
// Apart from dist, so that a package manager finds it to link before anything is built.
import "../dist/main.js";
