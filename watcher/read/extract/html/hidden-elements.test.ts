import { expect, test } from 'vitest';
import { extract } from '../extract.ts';

const read = (html: string) => extract({ path: 'a.html', bytes: Buffer.from(`<p>visto</p>${html}`) });

test.each([
  '<p hidden>oculto</p>',
  '<div hidden=""><ul><li>oculto</ul></div>',
  '<p style="color:red; display : none">oculto</p>',
  '<p style="DISPLAY:NONE!important">oculto</p>',
  '<p>visto <span style="visibility:hidden;">oculto</span></p>',
  '<p style="font-size:0px">oculto</p>',
  '<p style="opacity: 0.0">oculto</p>',
  '<table><tr><td>visto<td hidden>oculto</table>',
])('%s is left out and counted', async (html) => {
  const { text, warnings } = await read(html);
  expect(text).not.toContain('oculto');
  expect(warnings).toMatchObject([{ code: 'HIDDEN_TEXT_LEFT_OUT', count: 6 }]);
});

test.each([
  '<p hidden="until-found">oculto</p>',
  '<p aria-hidden="true">oculto</p>',
  '<p style="opacity:0.9; font-size:0.8em; display:block">oculto</p>',
  '<details><summary>Mais</summary>oculto</details>',
  '<p title="display:none">oculto</p>',
])('%s is read', async (html) => {
  const { text, warnings } = await read(html);
  expect(text).toContain('oculto');
  expect(warnings).toEqual([]);
});

test('a page that a script shows as a whole is read, and what is no text is not counted', async () => {
  const page = '<body style="display:none"><p>visto</p><div hidden><script>f()</script><style>a{}</style></div></body>';
  const { text, warnings } = await extract({ path: 'a.html', bytes: Buffer.from(page) });
  expect(text).toBe('visto');
  expect(warnings).toEqual([]);
});

test('a million nested hidden elements are counted', async () => {
  const { warnings } = await read(`${'<b hidden>'.repeat(300_000)}oculto`);
  expect(warnings).toMatchObject([{ count: 6 }]);
});
