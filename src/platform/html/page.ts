import { html, type Html } from './html.js';

export const HTML_CONTENT_TYPE = 'text/html; charset=utf-8';

export interface PageParts {
  readonly title: string;
  readonly body: Html;
  /** Elements of the head beside the title, such as the page's style sheets. */
  readonly head?: Html;
}

/** A whole page. It holds no script and no style of its own, so that its policy can forbid both. */
export function page({ title, body, head = html`` }: PageParts): string {
  const { text } = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        ${head}
      </head>
      <body>
        ${body}
      </body>
    </html>`;
  return `${text}\n`;
}
