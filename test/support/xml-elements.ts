/** An element of an XML document with what is inside it. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  text: string;
}

const TAG = /<(\/?)([\w:]+)((?:\s+[\w:]+="[^"<]*")*)\s*(\/?)>/y;
const TEXT = /[^<]+/y;
const DECLARATION = /^<\?xml version="1\.0" encoding="utf-8"\?>\s*/;
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'" };

/**
 * Reads a document without comments and types. Strict: what is no well-formed XML is an error, as it
 * is for a feed reader.
 */
export function parseXml(document: string): XmlElement {
  const root: XmlElement = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  let index = DECLARATION.exec(document)?.[0].length ?? 0;
  while (index < document.length) {
    const pattern = document[index] === '<' ? TAG : TEXT;
    pattern.lastIndex = index;
    const match = pattern.exec(document);
    const current = open.at(-1);
    if (!match || !current) {
      throw new Error(`not well-formed at ${document.slice(index, index + 60)}`);
    }
    index += match[0].length;
    if (pattern === TEXT) {
      current.text += decoded(match[0]);
    } else {
      takeTag(match, current, open);
    }
  }
  if (open.length !== 1 || root.children.length !== 1) {
    throw new Error('not one whole element');
  }
  return root.children[0] as XmlElement;
}

/** The children of an element with a name. */
export const childrenOf = (element: XmlElement, name: string): XmlElement[] =>
  element.children.filter((child) => child.name === name);

export const textOf = (element: XmlElement, name: string): string | undefined =>
  childrenOf(element, name)[0]?.text;

function takeTag(
  [, slash, name = '', list = '', selfClosing]: RegExpExecArray,
  current: XmlElement,
  open: XmlElement[],
): void {
  if (slash) {
    if (current.name !== name) {
      throw new Error(`${name} ends where ${current.name} is open`);
    }
    open.pop();
    return;
  }
  const pairs = [...list.matchAll(/([\w:]+)="([^"]*)"/g)];
  const attributes = Object.fromEntries(pairs.map(([, key = '', value = '']) => [key, decoded(value)]));
  const element: XmlElement = { name, attributes, children: [], text: '' };
  current.children.push(element);
  if (!selfClosing) {
    open.push(element);
  }
}

function decoded(text: string): string {
  return text.replaceAll(/&(?:(#?\w+);)?/g, (reference, name: string) => {
    const character = ENTITIES[name];
    if (character === undefined) {
      throw new Error(`an unknown reference: ${reference}`);
    }
    return character;
  });
}
