/** The shapes of the icons, drawn with a line of 1.75 in a square of 24. */
const SHAPES = {
  close: 'M6 6l12 12M18 6L6 18',
  send: 'M12 19V5M5.5 11.5L12 5l6.5 6.5',
  stop: 'M7 7h10v10H7z',
  copy: 'M9 9h10v11H9zM5 15V4h10',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  plus: 'M12 5v14M5 12h14',
  folder: 'M3.5 6.5h6l2 2.5h9v10.5h-17z',
  file: 'M7 3.5h7l4 4v13H7zM14 3.5v4h4',
  talk: 'M4 5h16v11H11l-5 4v-4H4z',
  newTalk: 'M4 5h16v11H11l-5 4v-4H4zM12 7.500v6M9 10.500h6',
  list: 'M5 7h14M5 12h14M5 17h9',
  retry: 'M19 12a7 7 0 1 1-2-5M19 3.5V8h-4.5',
  trash: 'M5 7h14M10 7V4.5h4V7M7 7l1 13h8l1-13',
  pause: 'M9 6v12M15 6v12',
  play: 'M8 5.5l10 6.5-10 6.5z',
  alert: 'M12 4l9 15.5H3zM12 10v4.5M12 17v.3',
  spark: 'M12 4l1.8 6.2L20 12l-6.2 1.8L12 20l-1.8-6.2L4 12l6.2-1.8z',
  left: 'M14.5 5.5L8 12l6.5 6.5',
  right: 'M9.5 5.5L16 12l-6.5 6.5',
  minus: 'M5 12h14',
  width: 'M4 5v14M20 5v14M7.5 12h9M10 9l-3 3 3 3M14 9l3 3-3 3',
  pencil: 'M5 19l1-4L16 5l3 3L9 18zM14 7l3 3',
  download: 'M12 4v11M7 10.5l5 5 5-5M5 20h14',
  up: 'M8 20V11l4-7c2 0 2.5 1.5 2 3.500L13.500 10H19l-1.500 10zM8 11H5v9h3',
  down: 'M16 4v9l-4 7c-2 0-2.500-1.500-2-3.500L10.500 14H5l1.500-10zM16 13h3V4h-3',
  link: 'M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1',
  tag: 'M4 4h7.5l8.5 8.5-7.5 7.5L4 11.5zM8 8v.3',
  search: 'M10.5 4.5a6 6 0 1 1 0 12 6 6 0 0 1 0-12M15 15l5 5',
} as const;

/** The name of an icon. */
export type IconName = keyof typeof SHAPES;

/** An icon in the colour of the text around it. It says nothing to screen readers: its button has a name. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={SHAPES[name]} />
    </svg>
  );
}
