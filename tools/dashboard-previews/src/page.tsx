import { ThemeContext, type GrafanaTheme2 } from '@grafana/data';
import { initPluginTranslations } from '@grafana/i18n';
import { GlobalStyles, PortalContainer } from '@grafana/ui';
import type { ReactNode } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { Board } from './board.tsx';
import { drawableOf, sceneOf } from './drawable.ts';
import type { Preview } from './preview.ts';
import { registerTransformations } from './transformations.ts';

declare global {
  interface Window {
    /** Draws a dashboard in the width of the window; resolves when all of it is seen. */
    drawPreview(preview: Preview): Promise<void>;
  }
}

registerTransformations();

window.drawPreview = async (preview) => {
  await initPluginTranslations('grafana-ui');
  const scene = sceneOf(preview);
  const { panels } = preview.dashboard;
  const drawables = await Promise.all(panels.map((panel) => drawableOf(panel, preview, scene)));
  const root = createRoot(document.body.appendChild(document.createElement('main')));
  const inTheme = (children: ReactNode): ReactNode => (
    <ThemeContext.Provider value={scene.theme}>
      <GlobalStyles />
      {children}
      <PortalContainer />
    </ThemeContext.Provider>
  );
  flushSync(() => root.render(inTheme(undefined)));
  await fontsOf(scene.theme);
  const width = document.documentElement.clientWidth;
  flushSync(() => root.render(inTheme(<Board {...{ preview, scene, drawables, width }} />)));
};

/** Text on a canvas is as wide as its font was when it was drawn, so the fonts must be there before. */
async function fontsOf({ typography }: GrafanaTheme2): Promise<void> {
  const [family = ''] = typography.fontFamily.split(',');
  await Promise.all([400, 500].map((weight) => document.fonts.load(`${weight} 14px ${family}`)));
}
