/** Text that is HTML already; everything else is escaped when it enters a page. */
export class Html {
  constructor(readonly text: string) {}
}

type Value = string | number | Html | readonly Value[];

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A template whose values are escaped, in text and in quoted attributes, unless they are HTML by themselves. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(parts.reduce((text, part, index) => `${text}${render(values[index - 1] ?? '')}${part}`));
}

function render(value: Value): string {
  if (value instanceof Html) {
    return value.text;
  }
  return typeof value === 'object'
    ? value.map(render).join('')
    : String(value).replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}
