/** Names that programs give to files that are unfinished or not meant for people. */
const TEMPORARY = [
  /^\./, // hidden, among them .DS_Store, .syncthing.*, rsync's .name.AbC123 and editors' swap files
  /^~\$/, // Office's lock files
  /~$/, // editors' backups
  /^#.*#$/, // Emacs
  /\.(tmp|temp|part|partial|crdownload|download|opdownload|swp|swx|filepart)$/i,
  /^(thumbs\.db|desktop\.ini)$/i,
];

/** Whether a file or folder with this name is left out of the index, with everything below it. */
export function isIgnoredName(name: string): boolean {
  return TEMPORARY.some((pattern) => pattern.test(name));
}
