const RANGE = /^([\w!#$&^.+-]+|\*)\/([\w!#$&^.+-]+|\*)$/;
const QUALITY = /^q=(0(\.\d{0,3})?|1(\.0{0,3})?)$/;

interface MediaRange {
  readonly range: string;
  readonly quality: number;
}

/**
 * Whether an Accept header asks for HTML rather than JSON (RFC 9110 §12.5.1). JSON is for everybody
 * else: for those who have no preference, and for those whose header nobody understands.
 */
export function prefersHtml(accept = '*/*'): boolean {
  const ranges = accept.toLowerCase().split(',').flatMap(parseRange);
  return qualityOf('text', 'html', ranges) > qualityOf('application', 'json', ranges);
}

/** Parameters other than `q` are not told apart: there is one HTML here, and one JSON. */
function parseRange(text: string): MediaRange[] {
  const [range = '', ...parameters] = text.split(';').map((part) => part.trim());
  const weight = parameters.find((parameter) => parameter.startsWith('q='));
  const quality = weight === undefined ? '1' : QUALITY.exec(weight)?.[1];
  return RANGE.test(range) && quality !== undefined ? [{ range, quality: Number(quality) }] : [];
}

/** The range that fits most closely decides, also when it says no. */
function qualityOf(type: string, subtype: string, ranges: readonly MediaRange[]): number {
  for (const fitting of [`${type}/${subtype}`, `${type}/*`, '*/*']) {
    const qualities = ranges.filter(({ range }) => range === fitting).map(({ quality }) => quality);
    if (qualities.length > 0) {
      return Math.max(...qualities);
    }
  }
  return 0;
}
