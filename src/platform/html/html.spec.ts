import { describe, expect, it } from 'vitest';
import { html } from './html.js';

describe('html', () => {
  it('escapes values, in text and in attributes', () => {
    const hostile = `<script>alert('1')</script>" onload="x&`;

    expect(html`<a title="${hostile}">${hostile}</a>`.text).toBe(
      '<a title="&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot; onload=&quot;x&amp;">' +
        '&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot; onload=&quot;x&amp;</a>',
    );
  });

  it('takes its own pieces, lists of them, and numbers as they are', () => {
    const items = ['a', '<'].map((item) => html`<i>${item}</i>`);

    expect(html`<b title="${3}">${items}</b>`.text).toBe('<b title="3"><i>a</i><i>&lt;</i></b>');
  });
});
