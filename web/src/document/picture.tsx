import { useEffect, useState } from 'preact/hooks';
import { keyHeader } from '../api/key.ts';
import { addressOf } from './original.ts';

/** The formats that every browser shows, and that hold nothing but a picture. */
const SHOWN = new Set(['image/png', 'image/jpeg', 'image/webp', 'image/gif', 'image/bmp']);

interface PictureProps {
  readonly path: string;
  readonly mediaType: string;
  readonly title: string;
}

/** A picture of the folder, above the text that was recognised in it; nothing for other formats. */
export function Picture({ path, mediaType, title }: PictureProps) {
  const isShown = SHOWN.has(mediaType);
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (!isShown) return () => {};
    const leaving = new AbortController();
    let made: string | undefined;
    // Fetched, because the address of a picture cannot carry the key.
    readPicture(path, mediaType, leaving.signal).then(
      (blob) => {
        if (leaving.signal.aborted) return;
        made = URL.createObjectURL(blob);
        setUrl(made);
      },
      () => {}, // the text is there all the same
    );
    return () => {
      leaving.abort();
      if (made !== undefined) URL.revokeObjectURL(made);
    };
  }, [path, mediaType]);
  if (!isShown) return null;
  return <div class="picture">{url !== undefined && <img src={url} alt={title} />}</div>;
}

/** @throws Error if the server does not send it. */
async function readPicture(path: string, mediaType: string, signal: AbortSignal): Promise<Blob> {
  const response = await fetch(addressOf(path), { headers: keyHeader(), signal });
  if (!response.ok) throw new Error(`the server responded with ${response.status}`);
  return new Blob([await response.arrayBuffer()], { type: mediaType });
}
