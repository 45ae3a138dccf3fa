/** A .gguf file on the hub, named by its path or by its quantization, which the hub's list of files then resolves. */
export interface HubUri {
  /** `user/repo`. */
  readonly repository: string;
  /** Path inside the repository; null when the URI names a quantization. */
  readonly path: string | null;
  /** Such as `Q4_K_M`; null when the URI names a path. */
  readonly quantization: string | null;
  /** Name of the file in the models folder, whatever the hub calls it. */
  readonly fileName: string;
}

// No part begins with a dot, so that a name from the hub never leads out of a folder.
const PART = String.raw`[\w-][\w.-]*`;
const BY_QUANTIZATION = new RegExp(`^hf:(${PART})/(${PART}):(${PART})$`);
const BY_PATH = new RegExp(`^hf:(${PART})/(${PART})/((?:${PART}/)*${PART}\\.gguf)$`);

/** Parses `hf:user/repo:QUANT` and `hf:user/repo/path/file.gguf`; returns undefined for any other text. */
export function parseHubUri(uri: string): HubUri | undefined {
  const [, user, repo, quantization] = BY_QUANTIZATION.exec(uri) ?? [];
  if (user !== undefined && repo !== undefined && quantization !== undefined) {
    const fileName = `${user}_${repo.replace(/-GGUF$/i, '')}-${quantization}.gguf`;
    return { repository: `${user}/${repo}`, path: null, quantization, fileName };
  }
  const [, owner, name, path] = BY_PATH.exec(uri) ?? [];
  if (owner === undefined || name === undefined || path === undefined) return undefined;
  return {
    repository: `${owner}/${name}`,
    path,
    quantization: null,
    fileName: `${owner}_${name}_${path.replaceAll('/', '_')}`,
  };
}
