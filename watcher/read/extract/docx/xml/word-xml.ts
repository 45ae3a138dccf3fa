import { findElement, type XmlElement } from './xml-tree.ts';

/** Returns the value of a property such as `<w:jc w:val="center"/>`; undefined if the property or its value is absent. */
export function valueOf(parent: XmlElement | undefined, name: string): string | undefined {
  return findElement(parent, name)?.attributes['w:val'];
}

/** Returns the value of a property that is a whole number; undefined if it is absent or no number. */
export function numberOf(parent: XmlElement | undefined, name: string): number | undefined {
  const value = valueOf(parent, name);
  return value !== undefined && /^-?\d{1,9}$/.test(value) ? Number(value) : undefined;
}

/** Returns a property that is on or off, such as `<w:b/>`; undefined if it is absent. */
export function switchOf(parent: XmlElement | undefined, name: string): boolean | undefined {
  const property = findElement(parent, name);
  return property === undefined ? undefined : isOn(property.attributes['w:val']);
}

/** Returns whether the value of a switch means on; without a value it does. */
export function isOn(value: string | undefined): boolean {
  return value === undefined || !/^(?:0|false|off|none)$/i.test(value);
}
