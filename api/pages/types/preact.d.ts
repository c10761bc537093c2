/** The part of Preact the pages use. */
export type VNode = unknown;
export function h(type: unknown, props: unknown, ...children: unknown[]): VNode;
export function render(node: VNode, parent: Element): void;
