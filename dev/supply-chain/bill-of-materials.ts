import type { ProductionPackage } from './production-packages.ts';

/** A CycloneDX document, as far as it is read here; what is not stays as it is. */
export interface BillOfMaterials {
  readonly bomFormat: string;
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
}

/**
 * The part of a bill that runs in production, under the application's own name (npm writes that of the folder).
 * `npm sbom --omit dev` leaves out what a tool needs as well, which is a good part of what is needed here: @nestjs/common.
 * So npm is asked for everything, and the lock file decides.
 * @throws when a package of production is not on the bill
 */
export function billOfProduction<Bill extends BillOfMaterials>(
  bill: Bill,
  packages: readonly ProductionPackage[],
  applicationName: string,
): Bill {
  const wanted = new Set(packages.map(({ name, version }) => `${name}@${version}`));
  const components = bill.components.filter(({ name, version }) => wanted.has(`${name}@${version}`));
  const listed = new Set(components.map(({ name, version }) => `${name}@${version}`));
  const missing = [...wanted].filter((id) => !listed.has(id));
  if (missing.length > 0) {
    throw new Error(`not on the bill of npm: ${missing.join(', ')}`);
  }
  const application = bill.metadata.component;
  const refs = new Set([application['bom-ref'], ...components.map((component) => component['bom-ref'])]);
  return {
    ...bill,
    metadata: { ...bill.metadata, component: { ...application, name: applicationName } },
    components,
    dependencies: bill.dependencies
      .filter(({ ref }) => refs.has(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((one) => refs.has(one)) })),
  };
}
