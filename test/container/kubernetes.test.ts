import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createHostCheck } from '../../src/exporter/host-check.ts';
import { createStatusServer } from '../../src/exporter/index.ts';
import { readSettings, type Settings } from '../../src/exporter/settings/index.ts';
import { createObserver } from '../../src/observer.ts';
import { only } from './support/dockerfile.ts';
import { documentsOf, image, portsOfImage, ROOT, settingsIn } from './support/files.ts';

// As much of the manifests as is looked at here.
type Labels = Readonly<Record<string, string>>;

interface Container {
  readonly name: string;
  readonly args: readonly string[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly env: readonly { readonly name: string }[];
  readonly volumeMounts: readonly { readonly mountPath: string }[];
  readonly lifecycle: { readonly preStop: { readonly sleep: { readonly seconds: number } } };
  readonly startupProbe: Check;
  readonly readinessProbe: Check;
  readonly livenessProbe: Check;
  readonly securityContext: object;
  readonly resources: object;
}

interface Check {
  readonly httpGet: { readonly path: string; readonly port: string };
}

interface Manifests {
  readonly Kustomization: { readonly namespace: string; readonly resources: readonly string[] };
  readonly ConfigMap: { readonly data: Readonly<Record<string, string>> };
  readonly Service: {
    readonly metadata: { readonly name: string; readonly labels: Labels };
    readonly spec: {
      readonly selector: Labels;
      readonly ports: readonly {
        readonly name: string;
        readonly port: number;
        readonly targetPort: string;
      }[];
    };
  };
  readonly Deployment: {
    readonly spec: {
      readonly selector: { readonly matchLabels: Labels };
      readonly template: {
        readonly metadata: { readonly labels: Labels };
        readonly spec: {
          readonly containers: readonly Container[];
          readonly terminationGracePeriodSeconds: number;
        };
      };
    };
  };
  readonly ServiceMonitor: {
    readonly spec: {
      readonly selector: { readonly matchLabels: Labels };
      readonly endpoints: readonly { readonly port: string; readonly path: string }[];
    };
  };
  readonly Probe: {
    readonly spec: {
      readonly prober: { readonly url: string; readonly path: string };
      readonly targets: { readonly staticConfig: { readonly static: readonly string[] } };
    };
  };
}

const FOLDER = 'examples/kubernetes';
const files = readdirSync(join(ROOT, FOLDER)).filter((name) => name.endsWith('.yaml'));
const documents = files.flatMap((name) => documentsOf(`${FOLDER}/${name}`)) as { readonly kind: string }[];
const manifests = Object.fromEntries(documents.map((each) => [each.kind, each])) as unknown as Manifests;

const { Kustomization, Service, Deployment, ServiceMonitor, Probe } = manifests;
const pod = Deployment.spec.template;
const exporter = pod.spec.containers.find(({ name }) => name === 'exporter') as Container;
const server = pod.spec.containers.find(({ name }) => name === 'server') as Container;

function settings(): Settings {
  return settingsIn(manifests.ConfigMap.data['config.yaml'] ?? '');
}

describe('the manifests', () => {
  it('are all listed, one of a kind', () => {
    expect(Kustomization.resources.toSorted()).toEqual(
      files.filter((name) => name !== 'kustomization.yaml').toSorted(),
    );
    expect(Object.keys(manifests)).toHaveLength(documents.length);
  });

  it('have a service that selects the pods, and ports that have one name everywhere', () => {
    expect(Service.spec.selector).toEqual(pod.metadata.labels);
    expect(Deployment.spec.selector.matchLabels).toEqual(pod.metadata.labels);
    expect(ServiceMonitor.spec.selector.matchLabels).toEqual(Service.metadata.labels);
    const { mcp, metrics } = portsOfImage();
    expect(exporter.ports).toEqual([
      { name: 'mcp', containerPort: mcp },
      { name: 'metrics', containerPort: metrics },
    ]);
    expect(Service.spec.ports.map(({ targetPort }) => targetPort)).toEqual(
      exporter.ports.map(({ name }) => name),
    );
    const served = Service.spec.ports.map(({ name }) => name);
    for (const { port } of ServiceMonitor.spec.endpoints) expect(served).toContain(port);
  });

  it('give the program settings that it takes, at the place where it looks for them', () => {
    expect(settings().proxy.upstreams).toHaveLength(1);
    const file = `${exporter.volumeMounts[0]?.mountPath}/config.yaml`;
    expect(exporter.args).toEqual(['proxy', '--config', file]);
    const environment = Object.fromEntries(exporter.env.map(({ name }) => [name, 'a value']));
    expect(readSettings({ environment }).problems ?? []).toEqual([]);
  });

  it('ask, by a name that is allowed, for the probe of a target that is allowed', () => {
    const { allowed_hosts: hosts, probe } = settings();
    const { prober, targets } = Probe.spec;
    const [host, port] = prober.url.split(':');
    expect(host).toBe(`${Service.metadata.name}.${Kustomization.namespace}.svc`);
    expect(Number(port)).toBe(portsOfImage().metrics);
    expect(createHostCheck(hosts)(prober.url)).toBe(true);
    expect(targets.staticConfig.static.length).toBeGreaterThan(0);
    for (const target of targets.staticConfig.static) expect(probe.allowed_targets).toContain(target);
  });

  it('ask for health, metrics and probes where they are told', async () => {
    const app = createStatusServer(createObserver());
    onTestFinished(() => app.close());
    const checks = [exporter.startupProbe, exporter.readinessProbe, exporter.livenessProbe];
    for (const { httpGet } of checks) expect(httpGet.port).toBe('metrics');
    const paths = [
      ...checks.map(({ httpGet }) => httpGet.path),
      ...ServiceMonitor.spec.endpoints.map(({ path }) => path),
    ];
    for (const path of paths) expect((await app.inject(path)).statusCode, path).toBe(200);
    const target = encodeURIComponent(Probe.spec.targets.staticConfig.static[0] ?? '');
    // Nothing is allowed here, but the path is known.
    expect((await app.inject(`${Probe.spec.prober.path}?target=${target}`)).statusCode).toBe(403);
  });

  it('give the container no more than it needs', () => {
    const [runAsUser, runAsGroup] = only(image, 'USER').split(':').map(Number);
    expect(exporter.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      runAsUser,
      runAsGroup,
      capabilities: { drop: ['ALL'] },
    });
    expect(pod.spec).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(exporter.resources).toMatchObject({ requests: {}, limits: {} });
  });

  it('leave the proxy the time to drain, and the server to serve until then', () => {
    const rest = (container: Container): number => container.lifecycle.preStop.sleep.seconds;
    expect(rest(server)).toBeGreaterThan(rest(exporter) + settings().proxy.drain_seconds);
    expect(pod.spec.terminationGracePeriodSeconds).toBeGreaterThan(rest(server));
  });
});
