import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CertificateError, checkPair, readTlsFiles } from "../../dist/tls/certificate.js";
import { type CertificateFiles, encrypted, hasOpenssl, makeCertificate } from "../support/certificates.js";

const folder = mkdtempSync(join(tmpdir(), "heliosdb-certificate-"));
let one: CertificateFiles;
let other: CertificateFiles;
afterAll(() => rmSync(folder, { recursive: true }));

async function check(files: CertificateFiles) {
  return checkPair(await readTlsFiles(files), files);
}

function fileOf(text: string): string {
  const path = join(folder, "broken.pem");
  writeFileSync(path, text);
  return path;
}

describe.skipIf(!hasOpenssl())("the files of a certificate", () => {
  beforeAll(() => {
    one = makeCertificate(folder, "one", null);
    other = makeCertificate(folder, "other", null);
  });

  it("are read with the time in which the certificate is valid", async () => {
    const { x509, validFrom, validTo } = await check(one);
    expect(x509.subject).toBe("CN=one");
    expect(validTo.getTime() - validFrom.getTime()).toBe(2 * 86_400_000);
  });

  it.each([
    [
      "no file",
      () => ({ ...one, cert: join(folder, "none.pem") }),
      /certificate .+none\.pem can't be read \(ENOENT\)\. Exp/,
    ],
    ["a folder", () => ({ ...one, key: folder }), /private key .+ can't be read \(EISDIR\)/],
    [
      "another key",
      () => ({ ...one, key: other.key }),
      /key .+other\.key doesn't belong to the certificate .+one\.pem\./,
    ],
    [
      "a passphrase",
      () => ({ ...one, key: encrypted(one) }),
      /is encrypted\. Expected one without a passphrase, as "openssl/,
    ],
    ["the same file twice", () => ({ ...one, key: one.cert }), /one\.pem has no private key in PEM form\./],
    [
      "files in each other's place",
      () => ({ cert: one.key, key: one.cert }),
      /one\.key has no certificate in PEM form\./,
    ],
    ["text", () => ({ ...one, cert: fileOf("not a certificate") }), /broken\.pem has no certificate in PEM form\./],
    ["half a certificate", () => ({ ...one, cert: fileOf("-----BEGIN CERTIFICATE-----\nMII") }), /has no certificate/],
  ])("are refused with a message that names the file: %s", async (_, files, message) => {
    const failure = await check(files()).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CertificateError);
    expect((failure as Error).message).toMatch(message);
  });
});
