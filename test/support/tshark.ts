/**
 * What has tshark take TCP to and from these ports as DICOM. By itself it asks the ports first: a random one
 * that another protocol is registered for (44818, 48898) hides the connection from it.
 */
export function asDicom(...ports: readonly number[]): string[] {
  return ports.flatMap((port) => ['-d', `tcp.port==${port},dicom`]);
}
