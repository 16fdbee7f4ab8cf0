/** The forms of services that have more to set than on and off. Each is loaded when a server that runs the service is shown. */
import type { ComponentType } from 'react';
import type { ServerNode } from '../../../../../scenario/schema.ts';
import type { ServiceId, ServiceSettings } from '../../../../../services/all.ts';
import { lazyPart } from '../../../../parts/states/lazy-part.tsx';
import type { ServiceFormProps } from './service-form.ts';

type NodeForm = ComponentType<{ readonly node: ServerNode }>;

function form<Id extends ServiceId>(id: Id, load: () => Promise<ComponentType<ServiceFormProps<Id>>>): NodeForm {
  const [Form] = lazyPart(load);
  return function ServiceForm({ node }) {
    const services: { readonly [Each in ServiceId]?: ServiceSettings<Each> | undefined } = node.services;
    const settings = services[id];
    return settings === undefined ? null : <Form node={node} settings={settings} />;
  };
}

export const SERVICE_FORMS: { readonly [Id in ServiceId]?: NodeForm } = {
  http: form('http', async () => (await import('./https-fields.tsx')).HttpsFields),
  nfs: form('nfs', async () => (await import('./nfs-fields.tsx')).NfsFields),
  rarp: form('rarp', async () => (await import('./rarp-fields.tsx')).RarpFields),
  bootparams: form('bootparams', async () => (await import('./bootparams-fields.tsx')).BootparamsFields),
  atftpd: form('atftpd', async () => (await import('./atftpd-fields.tsx')).AtftpdFields),
  slamd: form('slamd', async () => (await import('./slamd-fields.tsx')).SlamdFields),
};
