export interface ServerVersion {
  readonly name: string;
  readonly version: string;
  readonly apiVersion: string;
}
