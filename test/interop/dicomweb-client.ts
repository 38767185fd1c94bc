/** dicomweb-client in Node: as the viewers use it in pages. */
import * as library from 'dicomweb-client';
import { FetchedRequest } from '../support/xml-http-request.ts';

/** An attribute as PS3.18 F.2.2 writes it. */
export interface JsonAttribute {
  readonly vr: string;
  readonly Value?: readonly unknown[];
  readonly InlineBinary?: string;
  readonly BulkDataURI?: string;
}

export type JsonDataSet = Readonly<Record<string, JsonAttribute>>;

/** Of its calls those that are compared; what it declares is looser. */
export interface DicomWebClient {
  searchForStudies(options?: Search): Promise<JsonDataSet[]>;
  searchForSeries(options?: Search): Promise<JsonDataSet[]>;
  searchForInstances(options?: Search): Promise<JsonDataSet[]>;
  retrieveStudyMetadata(options: Path): Promise<JsonDataSet[]>;
  retrieveSeriesMetadata(options: Path): Promise<JsonDataSet[]>;
  retrieveInstanceMetadata(options: Path): Promise<JsonDataSet[]>;
  retrieveInstanceFrames(options: Path & { frameNumbers: readonly number[] } & Media): Promise<Part[]>;
  retrieveInstance(options: Path & Media): Promise<Part>;
  retrieveSeries(options: Path & Media): Promise<Part[]>;
  retrieveStudy(options: Path & Media): Promise<Part[]>;
  retrieveBulkData(options: {
    BulkDataURI: string;
    headers?: Readonly<Record<string, string>>;
  }): Promise<Part[]>;
  storeInstances(options: { datasets: readonly ArrayBuffer[]; studyInstanceUID?: string }): Promise<string>;
}

interface Search extends Path {
  readonly queryParams?: Readonly<Record<string, string | number>>;
}

export interface Path {
  readonly studyInstanceUID?: string;
  readonly seriesInstanceUID?: string;
  readonly sopInstanceUID?: string;
}

export interface Media {
  readonly mediaTypes?: readonly { readonly mediaType: string; readonly transferSyntaxUID?: string }[];
}

/** A body, with what its headers told. */
export type Part = ArrayBuffer & { readonly contentType?: string; readonly transferSyntaxUID?: string };

/** What it rejects with. */
export interface RequestFailed extends Error {
  readonly status: number;
  readonly response: unknown;
}

/** A client of the service at `url`. `singlepart`: of these it asks for no multipart messages. */
export function dicomWebClient(url: string, singlepart: string | false = false): DicomWebClient {
  Object.assign(globalThis, { XMLHttpRequest: FetchedRequest }); // Node has none; it asks for it by name
  const { DICOMwebClient } = library.api;
  return new DICOMwebClient({ url, singlepart, verbose: false }) as unknown as DicomWebClient;
}
