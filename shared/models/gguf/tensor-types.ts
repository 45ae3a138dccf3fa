/** How GGML stores the numbers of a tensor: each block of `numbers` takes `bytes`. */
interface Block {
  readonly numbers: number;
  readonly bytes: number;
}

/** By the ids in GGUF files (`enum ggml_type` in ggml.h); ids that are missing here are no longer written. */
const BLOCKS: Readonly<Record<number, Block>> = {
  0: { numbers: 1, bytes: 4 }, // F32
  1: { numbers: 1, bytes: 2 }, // F16
  2: { numbers: 32, bytes: 18 }, // Q4_0
  3: { numbers: 32, bytes: 20 }, // Q4_1
  6: { numbers: 32, bytes: 22 }, // Q5_0
  7: { numbers: 32, bytes: 24 }, // Q5_1
  8: { numbers: 32, bytes: 34 }, // Q8_0
  9: { numbers: 32, bytes: 36 }, // Q8_1
  10: { numbers: 256, bytes: 84 }, // Q2_K
  11: { numbers: 256, bytes: 110 }, // Q3_K
  12: { numbers: 256, bytes: 144 }, // Q4_K
  13: { numbers: 256, bytes: 176 }, // Q5_K
  14: { numbers: 256, bytes: 210 }, // Q6_K
  15: { numbers: 256, bytes: 292 }, // Q8_K
  16: { numbers: 256, bytes: 66 }, // IQ2_XXS
  17: { numbers: 256, bytes: 74 }, // IQ2_XS
  18: { numbers: 256, bytes: 98 }, // IQ3_XXS
  19: { numbers: 256, bytes: 50 }, // IQ1_S
  20: { numbers: 32, bytes: 18 }, // IQ4_NL
  21: { numbers: 256, bytes: 110 }, // IQ3_S
  22: { numbers: 256, bytes: 82 }, // IQ2_S
  23: { numbers: 256, bytes: 136 }, // IQ4_XS
  24: { numbers: 1, bytes: 1 }, // I8
  25: { numbers: 1, bytes: 2 }, // I16
  26: { numbers: 1, bytes: 4 }, // I32
  27: { numbers: 1, bytes: 8 }, // I64
  28: { numbers: 1, bytes: 8 }, // F64
  29: { numbers: 256, bytes: 56 }, // IQ1_M
  30: { numbers: 1, bytes: 2 }, // BF16
  34: { numbers: 256, bytes: 54 }, // TQ1_0
  35: { numbers: 256, bytes: 66 }, // TQ2_0
  39: { numbers: 32, bytes: 17 }, // MXFP4
  40: { numbers: 64, bytes: 36 }, // NVFP4
};

/** Returns the size of a tensor in bytes; undefined for a type that is newer than this table. */
export function tensorBytes(type: number, numbers: number): number | undefined {
  const block = BLOCKS[type];
  return block === undefined ? undefined : Math.ceil(numbers / block.numbers) * block.bytes;
}
