/** Whether a text begins as a Brazilian electronic invoice, NF-e or NFC-e, alone or with its authorisation. */
export function isNfe(beginning: string): boolean {
  return beginning.includes('http://www.portalfiscal.inf.br/nfe') && /<(?:\w+:)?infNFe\b/.test(beginning);
}

/** Whether a text begins as a bank statement in the format OFX, of version 1 (SGML) or 2 (XML). */
export function isOfx(beginning: string): boolean {
  return /^\s*(?:OFXHEADER:|<\?xml[^>]*>\s*<\?OFX\s|<\?OFX\s|<OFX>)/.test(beginning);
}
