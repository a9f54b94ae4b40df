import { extendRouteConfig } from '../../platform/http/routes/route-config.js';

/** JSON whose content type and outer shape somebody else has laid down. */
export interface JsonFormat {
  /** The content types that the route takes, in lower case; `application/json` only if it is among them. */
  readonly mediaTypes: readonly string[];
  /** Turns the parsed JSON into the object that the handler's DTO describes; anything it returns is validated. */
  readonly reshape: (value: unknown) => unknown;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    jsonFormat?: JsonFormat;
  }
}

/**
 * For the body of a foreign format, such as the reports of browsers. The bounds and the DTO hold
 * as for every other body; only its wrapping is different.
 */
export const TakesJson = (jsonFormat: JsonFormat): MethodDecorator => extendRouteConfig({ jsonFormat });
