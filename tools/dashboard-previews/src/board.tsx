import { Icon, PanelChrome } from '@grafana/ui';
import type { ReactNode } from 'react';
import type { Drawable, Scene } from './drawable.ts';
import type { Place, Preview } from './preview.ts';

/** The grid of Grafana: 24 columns, cells 30 pixels high, 8 pixels between them. */
const [COLUMNS, CELL, GAP] = [24, 30, 8];

interface BoardProps {
  readonly preview: Preview;
  readonly scene: Scene;
  readonly drawables: readonly Drawable[];
  readonly width: number;
}

/** A dashboard: what it is called and stands for, and its panels in their places. */
export function Board({ preview, scene, drawables, width }: BoardProps) {
  const inner = width - 2 * GAP;
  const rows = Math.max(...drawables.map(({ panel: { gridPos } }) => gridPos.y + gridPos.h), 0);
  return (
    <div style={{ width, padding: GAP }}>
      <Head preview={preview} scene={scene} />
      <div style={{ position: 'relative', height: rows * (CELL + GAP) - GAP }}>
        {drawables.map((drawable) => {
          const place = pixels(drawable.panel.gridPos, inner);
          return (
            <div key={drawable.panel.id} style={{ position: 'absolute', ...place }}>
              {drawable.panel.type === 'row' ? (
                <Row drawable={drawable} scene={scene} />
              ) : (
                <Framed drawable={drawable} scene={scene} width={place.width} height={place.height} />
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function pixels({ x, y, w, h }: Place, inner: number) {
  const column = (inner - (COLUMNS - 1) * GAP) / COLUMNS;
  return {
    left: x * (column + GAP),
    top: y * (CELL + GAP),
    width: w * (column + GAP) - GAP,
    height: h * (CELL + GAP) - GAP,
  };
}

function Head({ preview, scene: { theme, timeRange } }: Pick<BoardProps, 'preview' | 'scene'>) {
  const shown = (preview.dashboard.templating?.list ?? []).filter(
    ({ name, hide }) => hide !== 2 && preview.variables[name] !== undefined,
  );
  const minutes = Math.round((timeRange.to.valueOf() - timeRange.from.valueOf()) / 60_000);
  const faint = { ...theme.typography.bodySmall, color: theme.colors.text.secondary };
  return (
    <div
      style={{
        display: 'flex',
        flexWrap: 'wrap',
        alignItems: 'baseline',
        gap: `4px 16px`,
        padding: '4px 0 12px',
      }}
    >
      <span style={{ ...theme.typography.h4, margin: 0 }}>{preview.dashboard.title}</span>
      {shown.map(({ name, label }) => (
        <span key={name} style={theme.typography.bodySmall}>
          <span style={{ color: theme.colors.text.secondary }}>{label ?? name}</span>{' '}
          {preview.variables[name]}
        </span>
      ))}
      <span style={faint}>{minutes} minutes, UTC</span>
      <span style={{ ...faint, marginLeft: 'auto' }}>{preview.caption}</span>
    </div>
  );
}

function Row({ drawable: { panel }, scene }: { readonly drawable: Drawable; readonly scene: Scene }) {
  const hidden = panel.collapsed === true ? ` (${panel.panels?.length ?? 0} panels)` : '';
  return (
    <div
      style={{ ...scene.theme.typography.h6, margin: 0, display: 'flex', alignItems: 'center', height: CELL }}
    >
      <Icon name={panel.collapsed === true ? 'angle-right' : 'angle-down'} />
      <span style={{ marginLeft: GAP }}>{scene.replaceVariables(panel.title ?? '')}</span>
      <span style={{ color: scene.theme.colors.text.secondary }}>{hidden}</span>
    </div>
  );
}

interface FramedProps {
  readonly drawable: Drawable;
  readonly scene: Scene;
  readonly width: number;
  readonly height: number;
}

function Framed({ drawable, scene, width, height }: FramedProps) {
  const { panel } = drawable;
  return (
    <PanelChrome
      width={width}
      height={height}
      title={scene.replaceVariables(panel.title ?? '')}
      description={panel.description ?? ''}
    >
      {(innerWidth, innerHeight) => content(drawable, scene, innerWidth, innerHeight)}
    </PanelChrome>
  );
}

function content(
  { panel, kind, frames, fieldConfig }: Drawable,
  scene: Scene,
  width: number,
  height: number,
) {
  if (kind === undefined)
    return <Words height={height}>Not previewed: “{panel.type}” is in Grafana’s core, not in npm</Words>;
  if (frames.length === 0 && kind.drawsEmpty !== true)
    return <Words height={height}>{fieldConfig.defaults.noValue ?? 'No data'}</Words>;
  const { Component } = kind;
  const { theme, timeRange } = scene;
  return (
    <Component
      {...{ frames, fieldConfig, width, height, theme, timeRange }}
      options={panel.options ?? {}}
      replaceVariables={scene.replaceVariables}
    />
  );
}

function Words({ height, children }: { readonly height: number; readonly children: ReactNode }) {
  return <div style={{ height, display: 'grid', placeItems: 'center' }}>{children}</div>;
}
