/** The parts of the OpenAPI document that the page shows. */
export interface ApiDocument {
  readonly info: { readonly title: string; readonly version: string; readonly description?: string };
  readonly paths?: object;
}

interface Operation {
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly 'x-access'?: { readonly kind: string; readonly scope?: string };
  readonly parameters?: readonly unknown[];
  readonly requestBody?: unknown;
  readonly responses?: unknown;
}

/** The API as one page without scripts: readable offline, and nothing is loaded from elsewhere. */
export function docsPage(document: ApiDocument): string {
  const byTag = new Map<string, string[]>();
  for (const [path, methods] of Object.entries(document.paths ?? {})) {
    for (const [method, value] of Object.entries(methods as object)) {
      const operation = value as Operation;
      const tag = operation.tags?.[0] ?? 'other';
      byTag.set(tag, [...(byTag.get(tag) ?? []), renderOperation(method, path, operation)]);
    }
  }
  const areas = [...byTag].map(
    ([tag, entries]) => `<h2 id="${text(tag)}">${text(tag)}</h2>${entries.join('')}`,
  );
  const links = [...byTag.keys()].map((tag) => `<a href="#${text(tag)}">${text(tag)}</a>`).join(' · ');
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${text(document.info.title)}</title>
<meta name="viewport" content="width=device-width"><style>${style}</style></head><body>
<h1>${text(document.info.title)} ${text(document.info.version)}</h1><p>${text(document.info.description ?? '')}</p>
<p>${links} · <a href="openapi.json">openapi.json</a></p>${areas.join('')}</body></html>`;
}

function renderOperation(method: string, path: string, operation: Operation): string {
  const access = operation['x-access'];
  const who = access === undefined ? '' : [access.kind, access.scope].filter(Boolean).join(' · ');
  const parts = [
    ['parameters', operation.parameters],
    ['body', operation.requestBody],
    ['answers', operation.responses],
  ].filter(([, value]) => value !== undefined);
  const details = parts.map(
    ([name, value]) => `<h4>${name}</h4><pre>${text(JSON.stringify(value, undefined, 2))}</pre>`,
  );
  const summary = `<b class="${method}">${method.toUpperCase()}</b> <code>${text(path)}</code> ${text(operation.summary ?? '')} <i>${text(who)}</i>`;
  return `<details><summary>${summary}</summary><p>${text(operation.description ?? '')}</p>${details.join('')}</details>`;
}

function text(value: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return value.replace(/[&<>"']/g, (character) => entities[character]!);
}

const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}
details{border:1px solid #ccc;border-radius:4px;margin:.3rem 0;padding:.4rem .7rem}summary{cursor:pointer}i{color:#666}
b{display:inline-block;min-width:4.5rem}.get{color:#0a5}.post,.put{color:#05a}.delete{color:#a00}
pre{overflow:auto;background:#f4f4f4;padding:.6rem;font-size:.85rem}
@media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}pre{background:#242424}i{color:#999}a{color:#8bf}}`;
