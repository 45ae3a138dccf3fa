/** Code pages of MS-DOS, which TextDecoder does not know: their characters for the bytes 0x80 to 0xFF. */
const HIGH_CHARS = {
  cp850:
    'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00AD±‗¾¶§÷¸°¨·¹³²■\u00A0',
  cp437:
    'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00A0',
  cp860:
    'ÇüéâãàÁçêÊèÍÔìÃÂÉÀÈôõòÚùÌÕÜ¢£Ù₧ÓáíóúñÑªº¿Ò¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00A0',
} as const;

type DosEncoding = keyof typeof HIGH_CHARS;

/** Returns the text of bytes in a code page of MS-DOS that the label names, such as `cp850` or `IBM437`; else null. */
export function decodeDos(label: string, bytes: Uint8Array): string | null {
  const name = label
    .trim()
    .toLowerCase()
    .replace(/^(?:ibm|dos|csibm|x-)?-?/, 'cp')
    .replace(/^cpcp-?/, 'cp');
  return isDosEncoding(name) ? decodeHigh(HIGH_CHARS[name], bytes) : null;
}

function isDosEncoding(name: string): name is DosEncoding {
  return Object.hasOwn(HIGH_CHARS, name);
}

function decodeHigh(high: string, bytes: Uint8Array): string {
  // 1:1 in both directions: latin1 gives each byte the character of its number.
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString('latin1')
    .replaceAll(/[\x80-\xFF]/g, (char) => high[char.charCodeAt(0) - 0x80] ?? char);
}
