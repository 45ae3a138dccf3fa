/** Puts text into the clipboard, also on a page that was loaded over plain HTTP, where browsers hide the clipboard. */
export async function copyText(text: string): Promise<void> {
  if (isSecureContext) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  const focused = document.activeElement;
  area.value = text;
  area.className = 'visually-hidden';
  document.body.append(area);
  area.select();
  document.execCommand('copy'); // deprecated, and the only way there
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
}
