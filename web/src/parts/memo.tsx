import { Component, type ComponentChild } from 'preact';

/**
 * Returns a component that is drawn again only if `isSame` says that its properties differ, or if a signal that it reads
 * has changed.
 */
export function memo<Props extends object>(
  draw: (props: Props) => ComponentChild,
  isSame: (before: Readonly<Props>, after: Readonly<Props>) => boolean,
) {
  return class Memo extends Component<Props> {
    override shouldComponentUpdate(next: Readonly<Props>): boolean {
      return !isSame(this.props, next);
    }

    override render(): ComponentChild {
      return draw(this.props);
    }
  };
}
