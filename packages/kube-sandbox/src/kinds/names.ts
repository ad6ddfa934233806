const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const qualified = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

const subdomainWords =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const labelWords =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const nameWords =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const valueWords =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

/** The rules names follow. `path` is anything safe in a URL. */
export type NameRule = 'subdomain' | 'label' | 'path';

/** What is wrong with a name, in the API's words; empty when nothing is. */
export function nameFaults(name: string, rule: NameRule): string[] {
  const faults: string[] = [];
  const limit = rule === 'subdomain' ? 253 : rule === 'path' ? Infinity : 63;
  if (name.length > limit) faults.push(`must be no more than ${limit} ${rule === 'subdomain' ? 'characters' : 'bytes'}`);
  if (rule === 'subdomain' && !subdomain.test(name)) faults.push(subdomainWords);
  if (rule === 'label' && !label.test(name)) faults.push(name.includes('.') ? 'must not contain dots' : labelWords);
  if (rule === 'path') {
    if (name === '.' || name === '..') faults.push(`may not be '${name}'`);
    for (const part of ['/', '%']) if (name.includes(part)) faults.push(`may not contain '${part}'`);
  }
  return faults;
}

/** What is wrong with a key of labels, annotations, finalizers: `[prefix/]name`. */
export function qualifiedNameFaults(key: string): string[] {
  const parts = key.split('/');
  if (parts.length > 2) {
    return [
      `a qualified name ${nameWords.replace('name part must', 'must')} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const faults: string[] = [];
  const name = parts.at(-1) as string;
  if (parts.length === 2) {
    const prefix = parts[0] as string;
    if (prefix === '') faults.push('prefix part must be non-empty');
    else if (!subdomain.test(prefix)) faults.push(`prefix part ${subdomainWords}`);
    if (prefix.length > 253) faults.push('prefix part must be no more than 253 bytes');
  }
  if (name === '') faults.push('name part must be non-empty');
  else if (name.length > 63) faults.push('name part must be no more than 63 bytes');
  if (!qualified.test(name)) faults.push(nameWords);
  return faults;
}

/** What is wrong with the value of a label. */
export function labelValueFaults(value: string): string[] {
  const faults: string[] = [];
  if (value.length > 63) faults.push('must be no more than 63 bytes');
  if (value !== '' && !qualified.test(value)) faults.push(valueWords);
  return faults;
}
