import { plain } from '../words/plain.ts';

/** A name of somebody else's, such as that of a file, which does not move the text beside it. */
export function Name({ of }: { readonly of: string }) {
  return <bdi>{plain(of)}</bdi>;
}

/** Names and facts in a line, with dots between them; empty ones are left out. */
export function Names({ of }: { readonly of: readonly string[] }) {
  const shown = of.filter((part) => part !== '');
  return (
    <>
      {shown.map((part, index) => (
        <span key={index}>
          <Name of={part} />
          {index < shown.length - 1 && ' · '}
        </span>
      ))}
    </>
  );
}
