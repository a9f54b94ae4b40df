import type { ErrorCondition } from '../../platform/errors/app-error.js';
import { html } from '../../platform/html/html.js';
import { page } from '../../platform/html/page.js';
import { adviceFor } from './advice.js';

export function catalogueText(conditions: readonly ErrorCondition[]): string {
  const rows = conditions.map(
    ({ code, status, title }) =>
      html`<tr>
        <td><a href="/problems/${code}">${code}</a></td>
        <td>${status}</td>
        <td>${title}</td>
      </tr>`,
  );
  return page({
    title: 'Errors',
    body: html`<h1>Errors</h1>
      <p>Every failure is a problem document (RFC 9457). Its code is stable.</p>
      <table>
        <thead>
          <tr>
            <th>Code</th>
            <th>Status</th>
            <th>Title</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>`,
  });
}

export function conditionText(condition: ErrorCondition): string {
  const { code, status, title } = condition;
  return page({
    title: code,
    body: html`<h1>${title}</h1>
      <p>Code ${code}, status ${status}.</p>
      <p>${adviceFor(condition)}</p>
      <p><a href="/problems">All errors</a></p>`,
  });
}
