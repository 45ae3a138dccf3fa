/** Formats a size in decimal units, as hubs do: `135 MB`, `4.9 GB`. */
export function formatSize(bytes: number): string {
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
