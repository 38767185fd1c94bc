/**
 * What OHIF is configured with, in the place of its own app-config.js: one data source for each peer of the bridge, at the
 * DICOMweb that the service worker of its page answers, and nothing of elsewhere. OHIF asks for none before this is known.
 */
import type * as Init from './init-service-worker.ts';
import type { Source } from './init-service-worker.ts';

declare global {
  interface Window {
    /** OHIF waits for it before it draws or asks for anything. */
    config?: () => Promise<object>;
  }
}

window.config = async () => {
  try {
    // By the name under which the document has it: the same module, run once.
    const name = '/init-service-worker.js';
    const { ready } = (await import(/* @vite-ignore */ name)) as typeof Init;
    return configFor(await ready);
  } catch (error) {
    tell(error instanceof Error ? error.message : String(error));
    return new Promise(() => {}); // there is nothing that OHIF could show
  }
};

function configFor(sources: readonly Source[]): object {
  return {
    routerBasename: '/',
    extensions: [],
    modes: [],
    showStudyList: true,
    maxNumberOfWebWorkers: 3,
    showLoadingIndicator: true,
    showErrorDetails: 'always',
    strictZSpacingForVolumeViewport: true,
    groupEnabledModesFirst: true,
    maxNumRequests: { interaction: 100, thumbnail: 5, prefetch: 25 },
    defaultDataSourceName: sources[0]?.name,
    dataSources: sources.map(dataSource),
  };
}

function dataSource({ name, root }: Source): object {
  return {
    namespace: '@ohif/extension-default.dataSourcesModule.dicomweb',
    sourceName: name,
    configuration: {
      friendlyName: name,
      name,
      qidoRoot: root,
      wadoRoot: root,
      qidoSupportsIncludeField: true,
      supportsFuzzyMatching: false,
      supportsWildcard: true,
      imageRendering: 'wadors',
      thumbnailRendering: 'wadors',
      enableStudyLazyLoad: true,
      singlepart: 'bulkdata',
      bulkDataURI: { enabled: true },
    },
  };
}

/** In the middle of a page that is empty otherwise, and dark. */
function tell(sentence: string): void {
  const line = document.createElement('p');
  line.setAttribute('role', 'alert');
  line.textContent = sentence;
  line.style.cssText = 'margin: 20vh auto; max-width: 60ch; color: white; font: 16px/1.5 sans-serif';
  document.body.append(line);
}
