/** Carts: the one on the screen, and the ones put aside. They reserve nothing and are no fact until they are parked or thrown away. */
import { userName } from '#core/auth/index.ts';
import { sellableProduct } from '#core/catalog/index.ts';
import type { CommandContext, TaskContext } from '#core/engine/context.ts';
import { type Reader, sqlFor, type Writer } from '#core/engine/sql.ts';
import { vehicleForSale } from '#core/people/index.ts';
import { DomainError } from '#core/shared/errors.ts';
import type { z } from 'zod';
import { cartContent } from './contract.ts';
import { orderEvents } from './events.ts';
import type { CartRow, OrderTables } from './tables.ts';

const { db, select, change } = sqlFor<OrderTables>();
const upsert = change((p: CartRow) =>
  db
    .insertInto('cart')
    .values({
      id: p.id,
      terminalId: p.terminalId,
      userId: p.userId,
      state: p.state,
      name: p.name,
      content: p.content,
      itemCount: p.itemCount,
      totalClp: p.totalClp,
      updatedAtMs: p.updatedAtMs,
    })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet({
        userId: p.userId,
        state: p.state,
        name: p.name,
        content: p.content,
        itemCount: p.itemCount,
        totalClp: p.totalClp,
        updatedAtMs: p.updatedAtMs,
      }),
    ),
);
const draftOf = select((p: { terminalId: string; userId: string }) =>
  db
    .selectFrom('cart')
    .select(['id', 'content', 'totalClp', 'updatedAtMs'])
    .where('terminalId', '=', p.terminalId)
    .where('userId', '=', p.userId)
    .where('state', '=', 'DRAFT'),
);
const parkedAt = select((p: { terminalId: string }) =>
  db
    .selectFrom('cart')
    .select(['id', 'name', 'userId', 'content', 'itemCount', 'totalClp', 'updatedAtMs'])
    .where('terminalId', '=', p.terminalId)
    .where('state', '=', 'PARKED')
    .orderBy('updatedAtMs', 'desc'),
);
const parkedById = select((p: { id: string }) =>
  db.selectFrom('cart').select(['id', 'content', 'totalClp']).where('id', '=', p.id).where('state', '=', 'PARKED'),
);
const remove = change((p: { id: string }) => db.deleteFrom('cart').where('id', '=', p.id));
const removeOtherDrafts = change((p: { id: string; terminalId: string; userId: string }) =>
  db
    .deleteFrom('cart')
    .where('terminalId', '=', p.terminalId)
    .where('userId', '=', p.userId)
    .where('state', '=', 'DRAFT')
    .where('id', '<>', p.id),
);

type Content = z.output<typeof cartContent>;
interface CartGiven {
  id: string;
  content: Content;
  totalClp: number;
}

const parse = (content: string): Content => cartContent.parse(JSON.parse(content));

/** Keeps the cart on the screen; an empty one is forgotten. One per person and terminal: the newest. */
export function saveDraft(context: TaskContext, cart: CartGiven): void {
  const { terminalId, userId } = context.actor;
  context.local((writer) => {
    removeOtherDrafts.run(writer, { id: cart.id, terminalId, userId });
    if (cart.content.lines.length === 0) remove.run(writer, { id: cart.id });
    else upsert.run(writer, row(cart, context.actor, 'DRAFT', '', context.clock()));
  });
}

export function readDraft(reader: Reader, terminalId: string, userId: string) {
  const draft = draftOf.first(reader, { terminalId, userId });
  return draft ? { ...draft, content: parse(draft.content) } : null;
}

/** Puts a cart aside. */
export function parkCart(context: CommandContext, cart: CartGiven & { name: string }): { id: string } {
  if (cart.content.lines.length === 0) throw new DomainError('ORDER_EMPTY');
  const parked = row(cart, context.actor, 'PARKED', cart.name, context.nowMs);
  upsert.run(context.writer, parked);
  const { id, name, totalClp, itemCount } = parked;
  context.record(orderEvents.cartParked, id, { id, name, totalClp, itemCount });
  return { id };
}

export const listParked = (reader: Reader, terminalId: string) =>
  parkedAt.all(reader, { terminalId }).map(({ userId, content, ...cart }) => ({
    ...cart,
    userName: userName(reader, userId),
    content: parse(content),
  }));

/**
 * Takes a parked cart back; whoever comes second is told that it is gone. It is the screen's cart from here on, so that a crash before
 * the page has saved it loses nothing; a cart that was still on the screen is put aside in its place.
 */
export function resumeCart(context: CommandContext, id: string): { id: string; content: Content } {
  const { writer, actor } = context;
  const cart = parkedById.first(writer, { id });
  if (!cart) throw new DomainError('NOT_FOUND', { cart: id });
  const content = parse(cart.content);
  const onScreen = readDraft(writer, actor.terminalId, actor.userId);
  if (onScreen) {
    const name = nameOf(writer, onScreen.content);
    upsert.run(writer, row(onScreen, actor, 'PARKED', name, context.nowMs));
  }
  upsert.run(writer, row({ id, content, totalClp: cart.totalClp }, actor, 'DRAFT', '', context.nowMs));
  context.record(orderEvents.cartResumed, id, { id, parkedId: onScreen?.id ?? null });
  return { id, content };
}

/** What people call a cart: its car's plate, else its first item. */
function nameOf(reader: Reader, content: Content): string {
  if (content.vehicleId !== null) return vehicleForSale(reader, content.vehicleId).plate;
  const [first] = content.lines;
  return first ? sellableProduct(reader, first.productId).name.slice(0, 60) : '';
}

/** A void before payment: it needs its right, and what was in the cart and why it was thrown away stay in the audit. */
export function voidCart(context: CommandContext, cart: CartGiven & { reason: string }): void {
  if (cart.content.lines.length > 0) {
    if (cart.reason.length < 3) throw new DomainError('INVALID_INPUT', { issues: ['reason: too_small'] });
    context.authorise('sales.void', { entity: cart.id, amountClp: cart.totalClp });
  }
  remove.run(context.writer, { id: cart.id });
  context.record(orderEvents.cartVoided, cart.id, {
    id: cart.id,
    reason: cart.reason,
    totalClp: cart.totalClp,
    content: cart.content,
  });
}

/** Forgets the cart that a sale used up. */
export const dropCart = (writer: Writer, id: string): void => void remove.run(writer, { id });

function row(
  cart: CartGiven,
  actor: { terminalId: string; userId: string },
  state: CartRow['state'],
  name: string,
  nowMs: number,
): CartRow {
  return {
    id: cart.id,
    terminalId: actor.terminalId,
    userId: actor.userId,
    state,
    name,
    content: JSON.stringify(cart.content),
    itemCount: cart.content.lines.length,
    totalClp: cart.totalClp,
    updatedAtMs: nowMs,
  };
}
