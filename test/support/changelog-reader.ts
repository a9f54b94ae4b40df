import type { Change } from '../../src/versioning/changelog/change.js';
import type { TestApp } from './test-app.js';
import { childrenOf, parseXml, type XmlElement } from './xml-elements.js';

/** What browsers say about the forms that they take. */
export const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

/** Reads the changelog of an application in each of its forms, as a stranger. */
export class ChangelogReader {
  constructor(private readonly app: TestApp) {}

  ask(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(this.app.url + path, { headers });
  }

  async text(path: string, headers?: Record<string, string>): Promise<string> {
    return (await this.ask(path, headers)).text();
  }

  page(): Promise<string> {
    return this.text('/changelog', { accept: BROWSER });
  }

  async changes(query = ''): Promise<Change[]> {
    const { data } = JSON.parse(await this.text(`/changelog${query}`)) as { data: Change[] };
    return data;
  }

  async feed(): Promise<XmlElement> {
    return parseXml(await this.text('/changelog.atom'));
  }

  async entries(): Promise<XmlElement[]> {
    return childrenOf(await this.feed(), 'entry');
  }
}
