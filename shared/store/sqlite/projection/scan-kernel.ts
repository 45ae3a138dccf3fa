/**
 * Writes the dot product of the query with each of `rowCount` consecutive rows. All addresses are byte offsets in the
 * memory that the scan was opened on.
 * @param query address of `stride` 16-bit numbers. @param rows address of the first row of `stride` 8-bit numbers.
 * @param stride a multiple of STRIDE_STEP. @param products address of `rowCount` 32-bit numbers, the result.
 */
export type Scan = (query: number, rows: number, rowCount: number, stride: number, products: number) => void;

/** How many numbers the kernel handles per turn; `stride` has to be a multiple of it. */
export const STRIDE_STEP = 32;

// scan-kernel.wat, compiled by:
// npx --yes --package wabt wat2wasm shared/store/sqlite/projection/scan-kernel.wat --output=scan.wasm
// base64 -w0 scan.wasm
const KERNEL = Buffer.from(
  'AGFzbQEAAAABCQFgBX9/f39/AAISAQNlbnYGbWVtb3J5AgEBgIAEAwIBAAcIAQRzY2FuAAAKjQUBigUEBH8BewN/BHsgBCACQQJ0aiEFIAQgAkF8cUEC' +
    'dGohBiAAIANBAXRqIQcCQANAIAQgBk8NASABIANqIQogCiADaiELIAsgA2ohDP0MAAAAAAAAAAAAAAAAAAAAACEN/QwAAAAAAAAAAAAAAAAAAAAAIQ79' +
    'DAAAAAAAAAAAAAAAAAAAAAAhD/0MAAAAAAAAAAAAAAAAAAAAACEQIAAhCANAIAj9AAQAIQkgDSAB/QEDACAJ/boB/a4BIQ0gDiAK/QEDACAJ/boB/a4B' +
    'IQ4gDyAL/QEDACAJ/boB/a4BIQ8gECAM/QEDACAJ/boB/a4BIRAgCP0ABBAhCSANIAH9AQMIIAn9ugH9rgEhDSAOIAr9AQMIIAn9ugH9rgEhDiAPIAv9' +
    'AQMIIAn9ugH9rgEhDyAQIAz9AQMIIAn9ugH9rgEhECABQRBqIQEgCkEQaiEKIAtBEGohCyAMQRBqIQwgCEEgaiEIIAggB0kNAAsgDSAO/Q0AAQIDEBES' +
    'EwgJCgsYGRobIA0gDv0NBAUGBxQVFhcMDQ4PHB0eH/2uASENIA8gEP0NAAECAxAREhMICQoLGBkaGyAPIBD9DQQFBgcUFRYXDA0ODxwdHh/9rgEhDyAE' +
    'IA0gD/0NAAECAwQFBgcQERITFBUWFyANIA/9DQgJCgsMDQ4PGBkaGxwdHh/9rgH9CwQAIARBEGohBCAMIQEMAAsLAkADQCAEIAVPDQH9DAAAAAAAAAAA' +
    'AAAAAAAAAAAhDSAAIQgDQCANIAH9AQMAIAj9AAQA/boB/a4BIQ0gAUEIaiEBIAhBEGohCCAIIAdJDQALIAQgDf0bACAN/RsBaiAN/RsCIA39GwNqajYC' +
    'ACAEQQRqIQQMAAsLCw==',
  'base64',
);

/** Opens the compiled kernel, 30 times faster than a plain loop; the plain loop on a processor without SIMD. */
export function openScan(memory: WebAssembly.Memory): Scan {
  if (!WebAssembly.validate(KERNEL)) return openPlainScan(memory);
  const { scan } = new WebAssembly.Instance(new WebAssembly.Module(KERNEL), { env: { memory } }).exports;
  // scan-kernel.wat exports a function with these parameters.
  return scan as Scan;
}

/** Opens the same scan in TypeScript. */
export function openPlainScan(memory: WebAssembly.Memory): Scan {
  return (query, rows, rowCount, stride, products) => {
    const queryNumbers = new Int16Array(memory.buffer, query, stride);
    const rowNumbers = new Int8Array(memory.buffer, rows, rowCount * stride);
    const results = new Int32Array(memory.buffer, products, rowCount);
    for (let row = 0, at = 0; row < rowCount; row++) {
      let sum = 0;
      for (let i = 0; i < stride; i++) sum += queryNumbers[i]! * rowNumbers[at++]!;
      results[row] = sum;
    }
  };
}
