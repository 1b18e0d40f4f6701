#!/usr/bin/env node
// Apart from dist, so that a package manager finds it to link before anything is built.
// One file in place of a hundred: it halves the time of a start.
import "../dist/bundle/main.js";
