#!/usr/bin/env node
// Apart from dist, so that a package manager finds it to link before anything is built.
// A few files in place of some hundreds, which take three times as long to load.
import "../dist/bundle/main.js";
