import { defineType, stringType } from '../../go/type.ts';
import { Struct } from '../../go/value.ts';

/** A certificate and its private key, both PEM, as one char per byte. */
export interface CertificatePair {
  readonly cert: string;
  readonly key: string;
}

/** Sprig's type of such a pair: templates read `.Cert` and `.Key`. */
const certificateType = defineType({
  text: 'sprig.certificate',
  kind: 'struct',
  fields: {
    Cert: { type: stringType, read: (pair: CertificatePair) => pair.cert },
    Key: { type: stringType, read: (pair: CertificatePair) => pair.key },
  },
});

/** A pair as templates see it. */
export function certificateValue(pair: CertificatePair): Struct<CertificatePair> {
  return new Struct(certificateType, pair);
}

/** The pair in a value of that type. */
export function pairOf(value: Struct): CertificatePair {
  return value.inner as CertificatePair;
}
