/** For the router `/a/:id` and `/a/:name` are one URL. */
export function routePlace(url: string): string {
  return url.replaceAll(/:\w+/g, ':');
}
