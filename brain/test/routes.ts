import type { Access } from '../src/http/caller.ts';
import type { Platform } from './platform.ts';

interface JsonSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly anyOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
}

/** One operation of the OpenAPI document. */
export interface Operation {
  /** "POST /api/data/update" */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly access: Access | undefined;
  /** Names of query parameters and of fields of the JSON body. */
  readonly query: readonly string[];
  readonly fields: readonly string[];
  readonly takesJson: boolean;
}

/** All operations, as the OpenAPI document of the platform states them. */
export async function operationsOf(platform: Platform): Promise<Operation[]> {
  const { body } = await platform.ask('GET', '/api/openapi.json');
  const paths = body.paths as Record<string, Record<string, Described>>;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => {
      const schema = described.requestBody?.content['application/json']?.schema;
      return {
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path,
        access: described['x-access'],
        query: (described.parameters ?? [])
          .filter(({ in: place }) => place === 'query')
          .map(({ name }) => name),
        fields: schema === undefined ? [] : fieldsOf(schema),
        takesJson: schema !== undefined,
      };
    }),
  );
}

interface Described {
  readonly 'x-access'?: Access;
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: JsonSchema }>> };
}

function fieldsOf(schema: JsonSchema): string[] {
  const parts = [...(schema.anyOf ?? []), ...(schema.allOf ?? [])];
  return [...new Set([...Object.keys(schema.properties ?? {}), ...parts.flatMap(fieldsOf)])];
}

/** "user data:read", "admin", … */
export const accessText = (access: Access | undefined): string =>
  access === undefined
    ? 'none stated'
    : [access.kind, access.kind === 'user' ? access.scope : undefined].filter(Boolean).join(' ');
