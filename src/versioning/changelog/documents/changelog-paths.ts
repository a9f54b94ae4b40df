export const CHANGELOG_PATH = '/changelog';
export const FEED_PATH = '/changelog.atom';
