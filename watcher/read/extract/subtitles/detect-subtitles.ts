/** Returns whether a text is subtitles, by its beginning: WebVTT or SubRip. */
export function isSubtitles(beginning: string): boolean {
  return (
    /^WEBVTT(?:[ \t\r\n]|$)/.test(beginning) || /^\s*\d+\s*\n\s*\d{1,4}:\d\d:\d\d[.,]\d{1,3}\s*-->/.test(beginning)
  );
}
