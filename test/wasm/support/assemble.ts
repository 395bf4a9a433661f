import binaryen from 'binaryen';

/** What canisters may use; `Features.All` would let binaryen write encodings that no engine reads yet. */
const FEATURES =
  binaryen.Features.MVP |
  binaryen.Features.MutableGlobals |
  binaryen.Features.BulkMemory |
  binaryen.Features.ReferenceTypes |
  binaryen.Features.SignExt |
  binaryen.Features.NontrappingFPToInt |
  binaryen.Features.Multivalue |
  binaryen.Features.SIMD128 |
  binaryen.Features.TailCall;

/** Assembles WebAssembly text. @param extra further binaryen features, for modules that the IC must refuse */
export function assemble(text: string, extra = 0): Uint8Array {
  const module = binaryen.parseText(`(module ${text})`);
  try {
    module.setFeatures(FEATURES | extra);
    return module.emitBinary();
  } finally {
    module.dispose();
  }
}
