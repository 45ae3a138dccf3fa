import { keyHeader } from '../../api/key.ts';

/**
 * Sends a file to `PUT /inbox/<path>`. Not with `fetch`, which does not tell how far an upload is.
 * @param onProgress is called with the share that was sent, 0 to 1.
 * @throws Error with the message of the server, or an empty one if it cannot be reached
 */
export function putFile(
  path: string,
  file: File,
  signal: AbortSignal,
  onProgress: (progress: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest();
    sending.open('PUT', `/inbox/${path.split('/').map(encodeURIComponent).join('/')}`);
    for (const [name, value] of Object.entries(keyHeader())) sending.setRequestHeader(name, value);
    sending.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 1 : loaded / total);
    sending.onload = () => {
      if (sending.status === 200 || sending.status === 201) resolve();
      else reject(new Error(messageOf(sending.responseText)));
    };
    sending.onerror = () => reject(new Error(''));
    sending.onabort = () => reject(new Error(''));
    signal.addEventListener('abort', () => sending.abort());
    sending.send(file);
  });
}

/** Returns the message of an error response, which has the form of a GraphQL response; '' if it has another one. */
function messageOf(body: string): string {
  try {
    // Checked by `typeof` below.
    const { errors } = JSON.parse(body) as { errors?: readonly { message?: unknown }[] };
    const message = errors?.[0]?.message;
    return typeof message === 'string' ? message : '';
  } catch {
    return '';
  }
}
