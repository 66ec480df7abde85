/**
 * The one catalogue of expected failures. `status` is the HTTP status; the text that people read lives in the renderer's
 * catalogues (one entry per code, checked by the compiler). A bug is a plain Error and never reaches this file.
 */
export const ERRORS = {
  // engine
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  OVERRIDE_REQUIRED: 403,
  INVALID_INPUT: 400,
  NOT_FOUND: 404,
  CONFLICT: 409,
  COMMAND_REUSED: 409,
  RATE_LIMITED: 429,
  ABORTED: 499,
  TIMED_OUT: 504,
  DATABASE_FROM_FUTURE: 500,
  DATABASE_IN_USE: 500,
  DATABASE_DAMAGED: 500,
  DISK_FULL: 507,
  INTERNAL: 500,
  // auth
  ALREADY_INSTALLED: 409,
  BAD_CREDENTIALS: 401,
  LOCKED_OUT: 429,
  PASSWORD_WEAK: 400,
  PIN_WEAK: 400,
  PIN_NOT_SET: 409,
  PASSWORD_NOT_SET: 409,
  EMAIL_TAKEN: 409,
  LAST_ADMIN: 409,
  OVERRIDE_SELF: 403,
  OVERRIDE_INVALID: 409,
  // devices of the LAN
  DEVICE_NOT_PAIRED: 401,
  PAIRING_CODE_INVALID: 400,
  NETWORK_CLOSED: 409,
  NETWORK_UNAVAILABLE: 409,
  // people
  RUT_TAKEN: 409,
  PLATE_TAKEN: 409,
  CODE_TAKEN: 409,
  // catalog
  SKU_TAKEN: 409,
  BARCODE_TAKEN: 409,
  CATEGORY_CYCLE: 409,
  KIT_INVALID: 400,
  PRODUCT_NOT_SELLABLE: 409,
  // inventory
  STOCK_INSUFFICIENT: 409,
  RESERVATION_CLOSED: 409,
  RESERVATION_EXPIRED: 409,
  MOVEMENT_DUPLICATE: 409,
  WAREHOUSE_INVALID: 409,
  // shifts and payments
  SHIFT_NOT_OPEN: 409,
  SHIFT_ALREADY_OPEN: 409,
  SHIFT_CLOSED: 409,
  DIFFERENCE_REASON_REQUIRED: 400,
  PAYMENT_MISMATCH: 409,
  TENDER_INVALID: 400,
  ACCOUNT_LIMIT: 409,
  // orders
  ORDER_STATE: 409,
  ORDER_EMPTY: 400,
  PRICE_CHANGED: 409,
  DISCOUNT_TOO_LARGE: 400,
  RETURN_TOO_LARGE: 409,
  SALE_IMMUTABLE: 409,
  // receipts
  PRINTER_UNREACHABLE: 502,
  PRINTER_NOT_SET: 409,
  // purchasing
  PURCHASE_STATE: 409,
  SUPPLIER_MISSING: 409,
  NOT_ON_ORDER: 409,
} as const;

export type ErrorCode = keyof typeof ERRORS;
export type ErrorDetails = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/** An expected failure: nothing was changed, and its code says what the user can do about it. */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails = {}) {
    super(code);
    this.code = code;
    this.details = details;
  }
}
