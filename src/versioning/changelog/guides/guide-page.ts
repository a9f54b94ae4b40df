import { html, type Html } from '../../../platform/html/html.js';
import { page } from '../../../platform/html/page.js';
import { requestText, responseText } from './exchange-text.js';
import type { Exchange, Guide, GuideStep } from './guide.js';

export function guidePage({ title, intro, steps }: Guide): string {
  return page({
    title,
    head: html`<meta name="color-scheme" content="light dark" />`,
    body: html`<main>
      <h1>${title}</h1>
      <p>${intro}</p>
      ${steps.map(stepSection)}
      <p><a href="/changelog">Changelog</a></p>
    </main>`,
  });
}

function stepSection({ title, what, before, after }: GuideStep, index: number): Html {
  return html`<section>
    <h2>${index + 1}. ${title}</h2>
    <p>${what}</p>
    ${exchangeSection('Before', before)} ${exchangeSection('After', after)}
  </section>`;
}

function exchangeSection(when: string, exchange: Exchange): Html {
  return html`<section>
    <h3>${when}</h3>
    <pre><code>${requestText(exchange)}</code></pre>
    <pre><code>${responseText(exchange)}</code></pre>
  </section>`;
}
