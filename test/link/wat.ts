import binaryen from 'binaryen';

/** Assembles WebAssembly text, with names. */
export function assemble(text: string): Uint8Array {
  binaryen.setDebugInfo(true);
  const module = binaryen.parseText(text);
  try {
    return module.emitBinary();
  } finally {
    module.dispose();
  }
}
