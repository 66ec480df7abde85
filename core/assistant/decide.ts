/** From what was heard to the tool that answers it, or to leaving it alone. Pure. */
import type { ToolArguments, ToolName } from './contract.ts';
import type { Cue } from './cues.ts';
import { ABSTAIN, clarify, type Heard, run, type Understanding } from './understanding.ts';

/** Which tool, with which arguments. The surest signs first; each branch keeps only what its tool takes, and abstains where more was said. */
export function decide(heard: Heard): Understanding {
  const { cues, args, left } = heard;
  const is = (...wanted: Cue[]): boolean => wanted.every((cue) => cues.has(cue));
  if (is('HELP') && left.length === 0 && Object.keys(args).length === 0) return run('help', {});
  if (left.length > 0) return ABSTAIN;
  if (args['plate'] !== undefined || args['rut'] !== undefined) return history(heard);
  if (is('ACCURACY') && (is('FORECAST') || /(?:proyecc|pronost|predic|forecast)/.test(heard.text)))
    return accuracy(heard);
  if (is('FORECAST') || (args['horizon'] !== undefined && !is('BUY'))) return forecastOf(heard);
  if (is('LOCATION') || ((is('PRICE') || is('COST')) && !is('MORE') && !is('LESS'))) {
    const asked = lookup(heard);
    if (asked) return asked;
  }
  // What a person earns is nobody's question here.
  if (is('MARGIN') && heard.seller && /(?<![\p{L}])gan/u.test(heard.text))
    return { kind: 'REFUSE', reason: 'FORBIDDEN' };
  if (is('MARGIN')) return margin(heard);
  if (is('COVER') && (args['viscosity'] ?? args['product'] ?? args['category']) !== undefined) return stock(heard);
  if (is('BUY'))
    return exact(
      heard,
      'reorder_suggestions',
      ['category', 'supplier', 'budget_clp', 'viscosity', 'brand', 'product', 'limit'],
      {},
    );
  if (is('ROTATE') || is('STILL')) return rotation(heard);
  if (is('CASH')) return cash(heard);
  if (is('OUT') || is('OVER') || is('LOW') || (is('STOCK') && !is('SELL'))) return stock(heard);
  if (is('SELL') || is('TICKETS')) return sold(heard);
  if ((is('MORE') || is('LESS')) && (is('PRODUCT') || args['category'] !== undefined || args['group_by'] === 'brand'))
    return sold(heard);
  const { period } = heard.period;
  if (args['compare_to'] !== undefined && period !== undefined) return sold(heard);
  if (args['group_by'] === 'payment_method' && period !== undefined) return sold(heard);
  if (args['group_by'] === 'seller' && (is('MORE') || is('LESS'))) return sold(heard);
  if (period !== undefined && RUNNING_TOTAL.test(heard.text)) return sold(heard);
  if (is('HOWIS') && heard.period['period'] !== undefined) return sold(heard);
  return ABSTAIN;
}

/** Runs a tool if it takes everything that was said; what it has no argument for must not be dropped in silence. */
function exact(heard: Heard, tool: ToolName, takes: readonly string[], more: ToolArguments): Understanding {
  const said = Object.keys(heard.args);
  if (said.some((key) => !takes.includes(key))) return ABSTAIN;
  if (
    heard.period['period'] !== undefined &&
    !takes.includes('period') &&
    heard.period['period'] !== 'today' &&
    !(tool === 'reorder_suggestions' && /week|month/.test(String(heard.period['period'])))
  )
    return ABSTAIN;
  if (heard.seller && !takes.includes('seller')) return ABSTAIN;
  const args: ToolArguments = { ...heard.args, ...(takes.includes('period') ? heard.period : {}), ...more };
  return run(tool, args);
}

/** One visit is asked for, not all of them. */
const NEWEST = /(?<![\p{L}])(?:ultim[oa]|last(?! \d| visits| services)|newest|mas reciente)(?![\p{L}])/u;

function history({ args, period, cues, left, seller, text }: Heard): Understanding {
  if (
    left.length > 0 ||
    seller ||
    Object.keys(args).some((key) => !['plate', 'rut', 'limit', 'category'].includes(key))
  )
    return ABSTAIN;
  if (period['period'] !== undefined || cues.has('MARGIN') || cues.has('FORECAST')) return ABSTAIN;
  const { category: _, ...rest } = args;
  return run('customer_history', {
    ...rest,
    ...(NEWEST.test(text) ? { limit: 1 } : {}),
  });
}

function accuracy(heard: Heard): Understanding {
  return exact(heard, 'forecast_accuracy', ['product', 'category', 'viscosity', 'period'], {});
}

function forecastOf(heard: Heard): Understanding {
  const { args, cues } = heard;
  const target = args['product'] ?? args['category'] ?? args['viscosity'];
  const isOfShop = /vent|vender|sales|sell|tienda|shop|negocio|local/.test(heard.text);
  if (target === undefined && args['horizon'] === undefined && !isOfShop && !cues.has('SELL'))
    return clarify('WHICH_PRODUCT');
  if (heard.period['period'] !== undefined) return ABSTAIN;
  if (args['horizon'] !== undefined && !cues.has('FORECAST') && !cues.has('SELL')) return ABSTAIN;
  const metric = cues.has('REVENUE')
    ? { metric: 'revenue' }
    : target === undefined || cues.has('UNITS')
      ? { metric: 'units' }
      : {};
  return exact(heard, 'forecast', ['product', 'category', 'viscosity', 'horizon', 'presentation'], metric);
}

function lookup(heard: Heard): Understanding | undefined {
  const { args, cues } = heard;
  const field = cues.has('LOCATION') ? 'location' : cues.has('COST') ? 'cost' : 'price';
  if (heard.period['period'] !== undefined && heard.period['period'] !== 'today') return ABSTAIN;
  const said = [args['product'] ?? args['brand'], args['viscosity'], args['presentation']].filter(
    (value) => value !== undefined,
  );
  if (said.length === 0)
    return args['category'] !== undefined || cues.has('PRODUCT')
      ? clarify('WHICH_PRODUCT')
      : cues.has('SELL')
        ? undefined
        : ABSTAIN;
  if (args['product'] === undefined && said.length === 1) return clarify('WHICH_PRODUCT', [String(said[0])]);
  if (
    Object.keys(args).some((key) => !['product', 'brand', 'viscosity', 'presentation', 'category'].includes(key)) ||
    heard.seller
  )
    return ABSTAIN;
  return run('product_lookup', { query: said.join(' '), field });
}

function margin(heard: Heard): Understanding {
  const { cues, args } = heard;
  if (args['product'] !== undefined || args['viscosity'] !== undefined) {
    return exact(heard, 'margin_summary', ['product', 'viscosity', 'period', 'presentation'], {});
  }
  if (
    (cues.has('MORE') || cues.has('LESS')) &&
    (cues.has('PRODUCT') || args['category'] !== undefined || args['group_by'] === 'brand')
  ) {
    return exact(heard, 'top_products', ['period', 'category', 'group_by', 'limit', 'brand'], {
      order: cues.has('LESS') ? 'worst' : 'best',
      metric: 'margin',
      ...(heard.isSingular && args['limit'] === undefined ? { limit: 1 } : {}),
    });
  }
  if (cues.has('LESS') || (cues.has('MORE') && args['group_by'] === undefined)) return ABSTAIN;
  return exact(heard, 'margin_summary', ['period', 'group_by', 'category', 'compare_to', 'brand'], {});
}

function rotation(heard: Heard): Understanding {
  const { cues } = heard;
  const isSlow = cues.has('LESS') || cues.has('STILL');
  const order = isSlow ? 'slowest' : 'fastest';
  return exact(heard, 'stock_rotation', ['category', 'period', 'limit', 'brand', 'viscosity'], { order });
}

function cash(heard: Heard): Understanding {
  const { cues, args, period } = heard;
  if (Object.keys(args).length > 0 || heard.seller) return ABSTAIN;
  if (cues.has('SELL') && !cues.has('OWN')) return ABSTAIN;
  const isOwn = cues.has('OWN') && !/(?:la caja|las cajas|todas)/.test(heard.text);
  if (period['period'] === undefined || period['period'] === 'today') {
    return isOwn
      ? run('cash_status', { shift: 'current', scope: 'self' })
      : run('cash_status', { shift: 'current', scope: 'all' });
  }
  return run('cash_status', { scope: isOwn ? 'self' : 'all', ...period });
}

function stock(heard: Heard): Understanding {
  const { cues, args } = heard;
  const filter = cues.has('OVER') ? 'overstock' : cues.has('OUT') ? 'out' : cues.has('LOW') ? 'low' : undefined;
  const target = args['product'] ?? args['viscosity'] ?? args['category'] ?? args['brand'];
  if (cues.has('COVER') && target !== undefined) {
    return exact(heard, 'stock_status', ['product', 'viscosity', 'category', 'presentation', 'brand'], {
      field: 'days_of_cover',
    });
  }
  if (filter === undefined && target === undefined)
    return cues.has('STOCK') && args['presentation'] === undefined ? clarify('WHICH_PRODUCT') : ABSTAIN;
  return exact(
    heard,
    'stock_status',
    ['product', 'viscosity', 'category', 'presentation', 'brand', 'limit'],
    filter === undefined ? {} : { filter },
  );
}

/** "¿Cuánto llevamos hoy?": the sales are what is counted where nothing else is named. */
const RUNNING_TOTAL =
  /(?<![\p{L}])cuant[oa] (?:plata )?(?:llevamos|vamos|va|hay|hubo|fue)(?![\p{L}])|(?<![\p{L}])(?:la plata|how much money)(?![\p{L}])/u;
/** "Lo que más sale", "¿qué se vendió menos?": a ranking of products though no product is said. */
const WHAT_RANKS =
  /(?<![\p{L}])(?:lo|los|las|que|cual(?:es)?|what|which)(?![\p{L}])(?:(?! (?:que|than) ).)*? (?:mas|menos|mejor|peor|most|least|best|worst|top)(?![\p{L}])/u;
const SALES_ARGS = ['period', 'compare_to', 'group_by', 'category', 'seller'];
function sold(heard: Heard): Understanding {
  const { cues, args, seller, period } = heard;
  if (seller && seller.candidates.length > 1)
    return clarify('WHICH_PERSON', seller.candidates, { tool: 'sales_summary', args: { ...args, ...period } });
  const isRanked = cues.has('MORE') || cues.has('LESS');
  const named = seller?.candidates[0];
  if ((isRanked && cues.has('WHO')) || args['group_by'] === 'seller') {
    return exact(heard, 'sales_summary', SALES_ARGS, {
      group_by: 'seller',
      ...(named === undefined ? {} : { seller: named }),
    });
  }
  const about =
    cues.has('PRODUCT') ||
    args['category'] !== undefined ||
    args['brand'] !== undefined ||
    args['group_by'] === 'brand' ||
    (args['group_by'] === undefined && args['compare_to'] === undefined && WHAT_RANKS.test(heard.text));
  if (
    args['compare_to'] === undefined &&
    ((isRanked && (about || args['limit'] !== undefined)) || args['group_by'] === 'product')
  ) {
    if (named !== undefined) return ABSTAIN;
    if (args['group_by'] === 'product') delete args['group_by'];
    if (args['group_by'] === 'category') return exact(heard, 'sales_summary', SALES_ARGS, {});
    const metric = cues.has('REVENUE') || /revenue|ingreso|factur/.test(heard.text) ? 'revenue' : 'units';
    return exact(heard, 'top_products', ['period', 'category', 'group_by', 'limit', 'brand', 'viscosity'], {
      order: cues.has('LESS') ? 'worst' : 'best',
      metric,
      ...(heard.isSingular && args['limit'] === undefined ? { limit: 1 } : {}),
    });
  }
  if (isRanked && args['group_by'] === undefined && args['compare_to'] === undefined) return ABSTAIN;
  return exact(heard, 'sales_summary', SALES_ARGS, named === undefined ? {} : { seller: named });
}
