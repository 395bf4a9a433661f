#!/usr/bin/env node
// `npm create tabularium <folder>` is `tabularium init <folder>`.
process.argv.splice(2, 0, 'init');
await import('@tabularium/cli/command');
