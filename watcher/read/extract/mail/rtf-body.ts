// The text that every compressed body may refer to before its own beginning (MS-OXRTFCP 2.1.2.1).
const DICTIONARY =
  '{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx';
const DICTIONARY_BYTES = 4096;
const HEADER_BYTES = 16;

/** Unpacks the body of an Outlook item (PidTagRtfCompressed). What is cut short is returned as far as it goes. */
export function unpackRtf(packed: Uint8Array): Buffer {
  const bytes = Buffer.from(packed);
  if (bytes.toString('latin1', 8, 12) !== 'LZFu') return bytes.subarray(HEADER_BYTES);
  const window = Buffer.alloc(DICTIONARY_BYTES, ' ');
  let at = window.write(DICTIONARY, 'latin1');
  const output: number[] = [];
  const write = (byte: number): void => {
    output.push(byte);
    window[at] = byte;
    at = (at + 1) % DICTIONARY_BYTES;
  };
  for (let from = HEADER_BYTES; from < bytes.length;) {
    const flags = bytes[from++]!;
    for (let bit = 0; bit < 8 && from < bytes.length; bit++) {
      if ((flags & (1 << bit)) === 0) {
        write(bytes[from++]!);
        continue;
      }
      const reference = (bytes[from]! << 8) | (bytes[from + 1] ?? 0);
      from += 2;
      let source = reference >> 4;
      if (source === at) return Buffer.from(output);
      for (let count = (reference & 15) + 2; count > 0; count--) {
        write(window[source]!);
        source = (source + 1) % DICTIONARY_BYTES;
      }
    }
  }
  return Buffer.from(output);
}
