// Generated from the contracts by tools/bindings.ts. Do not edit: a test compares it with them.
export const errors = [
 {
  "code": 1,
  "contract": "energy-token",
  "name": "ERR-BALANCE-TOO-SMALL",
  "message": "The sender holds less than that."
 },
 {
  "code": 2,
  "contract": "energy-token",
  "name": "ERR-SENDER-IS-RECIPIENT",
  "message": "The sender and the recipient are the same."
 },
 {
  "code": 3,
  "contract": "energy-token",
  "name": "ERR-AMOUNT-ZERO",
  "message": "The amount is zero."
 },
 {
  "code": 4,
  "contract": "energy-token",
  "name": "ERR-NOT-SENDER",
  "message": "The sender of a transfer must be the caller (SIP-010)."
 },
 {
  "code": 1000,
  "contract": "user-registry",
  "name": "ERR-NOT-DAO",
  "message": "The caller is neither the DAO nor the proposal that it executes."
 },
 {
  "code": 1001,
  "contract": "user-registry",
  "name": "ERR-NOT-CERTIFIER",
  "message": "The caller may not do this: it needs a higher level as a certifier."
 },
 {
  "code": 1002,
  "contract": "user-registry",
  "name": "ERR-SELF",
  "message": "Nobody certifies or verifies itself."
 },
 {
  "code": 1003,
  "contract": "user-registry",
  "name": "ERR-INDIRECT-CALL",
  "message": "A call that takes money must come from the wallet itself, not through another contract."
 },
 {
  "code": 1100,
  "contract": "user-registry",
  "name": "ERR-ROLE",
  "message": "The role is 1 (consumer), 2 (producer) or 3 (both)."
 },
 {
  "code": 1101,
  "contract": "user-registry",
  "name": "ERR-CELL",
  "message": "The cell is not an H3 cell of resolution 7."
 },
 {
  "code": 1102,
  "contract": "user-registry",
  "name": "ERR-DEVICE-KEY",
  "message": "The device key has another length than its algorithm asks for."
 },
 {
  "code": 1103,
  "contract": "user-registry",
  "name": "ERR-QUALITY",
  "message": "The quality of a meter is 1, 2 or 3."
 },
 {
  "code": 1104,
  "contract": "user-registry",
  "name": "ERR-CAPACITY",
  "message": "The monthly production is below the minimum or above the maximum."
 },
 {
  "code": 1105,
  "contract": "user-registry",
  "name": "ERR-PEAK",
  "message": "The peak power is zero or above the maximum."
 },
 {
  "code": 1106,
  "contract": "user-registry",
  "name": "ERR-CAPACITY-OVER-PEAK",
  "message": "The monthly production is more than the peak power gives in a month."
 },
 {
  "code": 1107,
  "contract": "user-registry",
  "name": "ERR-SOURCE",
  "message": "The source is solar, wind, hydro, biomass or battery."
 },
 {
  "code": 1108,
  "contract": "user-registry",
  "name": "ERR-LEVEL",
  "message": "A certifier's level is 1 (meter-reader), 2 (certifier) or 3 (auditor)."
 },
 {
  "code": 1109,
  "contract": "user-registry",
  "name": "ERR-PRIVACY",
  "message": "There is no such privacy switch."
 },
 {
  "code": 1110,
  "contract": "user-registry",
  "name": "ERR-NO-REASON",
  "message": "A reason must be given."
 },
 {
  "code": 1111,
  "contract": "user-registry",
  "name": "ERR-LOAD",
  "message": "No connection of a household carries so much."
 },
 {
  "code": 1200,
  "contract": "user-registry",
  "name": "ERR-REGISTERED",
  "message": "This household is registered already."
 },
 {
  "code": 1201,
  "contract": "user-registry",
  "name": "ERR-NOT-REGISTERED",
  "message": "This household is not registered."
 },
 {
  "code": 1202,
  "contract": "user-registry",
  "name": "ERR-INACTIVE",
  "message": "This household has left."
 },
 {
  "code": 1203,
  "contract": "user-registry",
  "name": "ERR-ACTIVE",
  "message": "This household has not left."
 },
 {
  "code": 1204,
  "contract": "user-registry",
  "name": "ERR-METER-TAKEN",
  "message": "This device belongs to a household already."
 },
 {
  "code": 1205,
  "contract": "user-registry",
  "name": "ERR-NO-METER",
  "message": "This household has no meter."
 },
 {
  "code": 1206,
  "contract": "user-registry",
  "name": "ERR-METER-VERIFIED",
  "message": "The meter is verified already."
 },
 {
  "code": 1207,
  "contract": "user-registry",
  "name": "ERR-NOT-PRODUCER",
  "message": "The household does not produce."
 },
 {
  "code": 1208,
  "contract": "user-registry",
  "name": "ERR-CERTIFIED",
  "message": "The producer is certified already."
 },
 {
  "code": 1209,
  "contract": "user-registry",
  "name": "ERR-NOT-CERTIFIED",
  "message": "The producer is not certified."
 },
 {
  "code": 1210,
  "contract": "user-registry",
  "name": "ERR-PENDING",
  "message": "An application is waiting already."
 },
 {
  "code": 1211,
  "contract": "user-registry",
  "name": "ERR-NO-APPLICATION",
  "message": "No application is waiting."
 },
 {
  "code": 1212,
  "contract": "user-registry",
  "name": "ERR-NOT-VERIFIED",
  "message": "The household's meter has not been verified."
 },
 {
  "code": 1213,
  "contract": "user-registry",
  "name": "ERR-PAUSED",
  "message": "Registration is paused."
 },
 {
  "code": 1214,
  "contract": "user-registry",
  "name": "ERR-NONCE-FLOOR",
  "message": "The new floor must be above the old one."
 },
 {
  "code": 1215,
  "contract": "user-registry",
  "name": "ERR-UNKNOWN-CERTIFIER",
  "message": "This principal is no certifier."
 },
 {
  "code": 1400,
  "contract": "user-registry",
  "name": "ERR-FEE",
  "message": "The fee cannot be paid."
 },
 {
  "code": 2000,
  "contract": "energy-token",
  "name": "ERR-NOT-DAO",
  "message": "The caller is neither the DAO nor the proposal that it executes."
 },
 {
  "code": 2001,
  "contract": "energy-token",
  "name": "ERR-NOT-PEER",
  "message": "The caller is not the contract that holds this role."
 },
 {
  "code": 2002,
  "contract": "energy-token",
  "name": "ERR-INDIRECT-CALL",
  "message": "Energy leaves a wallet only when its owner has called the market itself."
 },
 {
  "code": 2100,
  "contract": "energy-token",
  "name": "ERR-ZERO-AMOUNT",
  "message": "The amount is zero."
 },
 {
  "code": 2101,
  "contract": "energy-token",
  "name": "ERR-UNKNOWN-ROLE",
  "message": "There is no role of this name here."
 },
 {
  "code": 2102,
  "contract": "energy-token",
  "name": "ERR-WRONG-NETWORK",
  "message": "The address is of another network: what is sent there is lost."
 },
 {
  "code": 2400,
  "contract": "energy-token",
  "name": "ERR-BALANCE",
  "message": "The caller holds less than that."
 },
 {
  "code": 3000,
  "contract": "marketplace",
  "name": "ERR-NOT-SELLER",
  "message": "The caller is not the seller of this offer."
 },
 {
  "code": 3001,
  "contract": "marketplace",
  "name": "ERR-INDIRECT-CALL",
  "message": "A call that takes money must come from the wallet itself, not through another contract."
 },
 {
  "code": 3002,
  "contract": "marketplace",
  "name": "ERR-NOT-BUYER",
  "message": "The caller is not the buyer of this request."
 },
 {
  "code": 3100,
  "contract": "marketplace",
  "name": "ERR-TOO-SMALL",
  "message": "The amount is below the minimum of the market or of the offer."
 },
 {
  "code": 3101,
  "contract": "marketplace",
  "name": "ERR-ZERO-PRICE",
  "message": "The price is zero."
 },
 {
  "code": 3102,
  "contract": "marketplace",
  "name": "ERR-PRICE-BOUNDS",
  "message": "The price is below the floor or above the ceiling."
 },
 {
  "code": 3103,
  "contract": "marketplace",
  "name": "ERR-MODE",
  "message": "A price mode is 0 (fixed), 1 (linear), 2 (above the reference price) or 3 (below it)."
 },
 {
  "code": 3104,
  "contract": "marketplace",
  "name": "ERR-MIN-WH",
  "message": "The smallest part must be above zero and at most the whole."
 },
 {
  "code": 3105,
  "contract": "marketplace",
  "name": "ERR-OVER-PEAK",
  "message": "The amount is more than the certified peak power gives in an hour."
 },
 {
  "code": 3106,
  "contract": "marketplace",
  "name": "ERR-TOO-MUCH",
  "message": "The amount is more than what is left."
 },
 {
  "code": 3107,
  "contract": "marketplace",
  "name": "ERR-MAX-TOTAL",
  "message": "The total is above what the buyer agreed to pay."
 },
 {
  "code": 3108,
  "contract": "marketplace",
  "name": "ERR-REVISION",
  "message": "The offer has been changed since."
 },
 {
  "code": 3109,
  "contract": "marketplace",
  "name": "ERR-SELF-TRADE",
  "message": "Nobody can buy from itself."
 },
 {
  "code": 3110,
  "contract": "marketplace",
  "name": "ERR-NOT-CROSSING",
  "message": "The offer asks more than the bid gives."
 },
 {
  "code": 3111,
  "contract": "marketplace",
  "name": "ERR-NONCE",
  "message": "A nonce that is to be matched must be below 2^64."
 },
 {
  "code": 3112,
  "contract": "marketplace",
  "name": "ERR-MAX-PRICE",
  "message": "The price is above what the buyer allows."
 },
 {
  "code": 3113,
  "contract": "marketplace",
  "name": "ERR-URGENCY",
  "message": "An urgency is 0 (immediate), 1 (urgent), 2 (normal) or 3 (scheduled)."
 },
 {
  "code": 3114,
  "contract": "marketplace",
  "name": "ERR-SLOTS",
  "message": "The slots of a request must be in order, and at most a week."
 },
 {
  "code": 3115,
  "contract": "marketplace",
  "name": "ERR-OTHER-SLOT",
  "message": "The request does not want energy in this slot."
 },
 {
  "code": 3116,
  "contract": "marketplace",
  "name": "ERR-ZERO-AMOUNT",
  "message": "The amount is zero."
 },
 {
  "code": 3117,
  "contract": "marketplace",
  "name": "ERR-ASSET",
  "message": "The offer or request is paid in something else, or this asset is not allowed (any more)."
 },
 {
  "code": 3118,
  "contract": "marketplace",
  "name": "ERR-NOT-DIVISIBLE",
  "message": "An order of an auction must be divisible: its smallest part is 1 Wh."
 },
 {
  "code": 3119,
  "contract": "marketplace",
  "name": "ERR-DISTRICT",
  "message": "The order is of another district."
 },
 {
  "code": 3120,
  "contract": "marketplace",
  "name": "ERR-MERIT",
  "message": "Orders must be listed best first, each once, and filled whole before the next."
 },
 {
  "code": 3121,
  "contract": "marketplace",
  "name": "ERR-NOT-OPTIMAL",
  "message": "An offer that is left over asks no more than a bid that is left over gives."
 },
 {
  "code": 3122,
  "contract": "marketplace",
  "name": "ERR-ROWS",
  "message": "These are not the rows that were posted."
 },
 {
  "code": 3200,
  "contract": "marketplace",
  "name": "ERR-UNKNOWN-OFFER",
  "message": "There is no offer with this number."
 },
 {
  "code": 3201,
  "contract": "marketplace",
  "name": "ERR-OFFER-NOT-OPEN",
  "message": "The offer is filled or cancelled."
 },
 {
  "code": 3202,
  "contract": "marketplace",
  "name": "ERR-UNKNOWN-SELLER",
  "message": "The seller is not registered."
 },
 {
  "code": 3203,
  "contract": "marketplace",
  "name": "ERR-UNKNOWN-BUYER",
  "message": "The buyer is not registered."
 },
 {
  "code": 3204,
  "contract": "marketplace",
  "name": "ERR-SELLER-NOT-CERTIFIED",
  "message": "The seller is not a verified, certified and active producer."
 },
 {
  "code": 3205,
  "contract": "marketplace",
  "name": "ERR-BUYER-NOT-VERIFIED",
  "message": "The buyer is not a verified and active consumer."
 },
 {
  "code": 3206,
  "contract": "marketplace",
  "name": "ERR-PAUSED",
  "message": "This is paused."
 },
 {
  "code": 3207,
  "contract": "marketplace",
  "name": "ERR-SIGNED-CANCELLED",
  "message": "The maker has cancelled this signed order."
 },
 {
  "code": 3208,
  "contract": "marketplace",
  "name": "ERR-NONCE-FLOOR",
  "message": "The maker has cancelled all signed orders below a higher nonce."
 },
 {
  "code": 3209,
  "contract": "marketplace",
  "name": "ERR-UNKNOWN-TRADE",
  "message": "There is no trade with this number."
 },
 {
  "code": 3210,
  "contract": "marketplace",
  "name": "ERR-NOT-CANCELLED",
  "message": "The trade is not cancelled."
 },
 {
  "code": 3211,
  "contract": "marketplace",
  "name": "ERR-RELEASED",
  "message": "The energy of this trade has been released already."
 },
 {
  "code": 3212,
  "contract": "marketplace",
  "name": "ERR-NOT-RELEASABLE",
  "message": "The offer has been cancelled or changed since the trade, so its energy does not come back."
 },
 {
  "code": 3213,
  "contract": "marketplace",
  "name": "ERR-UNKNOWN-REQUEST",
  "message": "There is no request with this number."
 },
 {
  "code": 3214,
  "contract": "marketplace",
  "name": "ERR-REQUEST-NOT-OPEN",
  "message": "The request is filled or cancelled."
 },
 {
  "code": 3215,
  "contract": "marketplace",
  "name": "ERR-CELL-MOVED",
  "message": "The maker has moved to another cell since it signed."
 },
 {
  "code": 3216,
  "contract": "marketplace",
  "name": "ERR-NOTHING-MATCHED",
  "message": "None of the rows could be matched."
 },
 {
  "code": 3217,
  "contract": "marketplace",
  "name": "ERR-NOT-ON-SALE",
  "message": "The seller has no energy on sale, or its time is over."
 },
 {
  "code": 3218,
  "contract": "marketplace",
  "name": "ERR-USER-RESERVE",
  "message": "That would be more than one household may have on sale."
 },
 {
  "code": 3219,
  "contract": "marketplace",
  "name": "ERR-GLOBAL-RESERVE",
  "message": "That would be more than all households together may have on sale."
 },
 {
  "code": 3220,
  "contract": "marketplace",
  "name": "ERR-UNKNOWN-PURCHASE",
  "message": "There is no purchase with this number."
 },
 {
  "code": 3221,
  "contract": "marketplace",
  "name": "ERR-NOTHING-HELD",
  "message": "Nothing is held of this purchase (any more)."
 },
 {
  "code": 3222,
  "contract": "marketplace",
  "name": "ERR-UNKNOWN-AUCTION",
  "message": "Nothing was posted for this auction."
 },
 {
  "code": 3223,
  "contract": "marketplace",
  "name": "ERR-EXECUTED",
  "message": "The trades of this auction have been made."
 },
 {
  "code": 3224,
  "contract": "marketplace",
  "name": "ERR-NOT-BETTER",
  "message": "The posting that stands is as good."
 },
 {
  "code": 3225,
  "contract": "marketplace",
  "name": "ERR-NO-BOND",
  "message": "The bond has been returned, or there was none."
 },
 {
  "code": 3300,
  "contract": "marketplace",
  "name": "ERR-GATE-NOT-OPEN",
  "message": "Trading in this slot has not begun."
 },
 {
  "code": 3301,
  "contract": "marketplace",
  "name": "ERR-GATE-CLOSED",
  "message": "The gate of the slot is closed."
 },
 {
  "code": 3302,
  "contract": "marketplace",
  "name": "ERR-EXPIRED",
  "message": "The offer has expired."
 },
 {
  "code": 3303,
  "contract": "marketplace",
  "name": "ERR-EXPIRY",
  "message": "The expiry must be in the future and not after the slot's start."
 },
 {
  "code": 3304,
  "contract": "marketplace",
  "name": "ERR-TOO-FAR",
  "message": "The slot is too far in the future."
 },
 {
  "code": 3305,
  "contract": "marketplace",
  "name": "ERR-REFUND-CLOSED",
  "message": "The time for refunds of this purchase is over."
 },
 {
  "code": 3306,
  "contract": "marketplace",
  "name": "ERR-REFUND-OPEN",
  "message": "The buyer may still give this purchase back."
 },
 {
  "code": 3307,
  "contract": "marketplace",
  "name": "ERR-STILL-ON-SALE",
  "message": "This energy is still on sale."
 },
 {
  "code": 3308,
  "contract": "marketplace",
  "name": "ERR-POSTING-NOT-OPEN",
  "message": "Postings are taken from an hour before the gate of the slot closes."
 },
 {
  "code": 3309,
  "contract": "marketplace",
  "name": "ERR-POSTING-CLOSED",
  "message": "The time for postings is over."
 },
 {
  "code": 3310,
  "contract": "marketplace",
  "name": "ERR-POSTING-OPEN",
  "message": "A better posting may still come."
 },
 {
  "code": 3400,
  "contract": "marketplace",
  "name": "ERR-FUNDS",
  "message": "The buyer's wallet cannot pay the total."
 },
 {
  "code": 3401,
  "contract": "marketplace",
  "name": "ERR-ENERGY",
  "message": "The caller does not hold so much energy."
 },
 {
  "code": 3402,
  "contract": "marketplace",
  "name": "ERR-CAP",
  "message": "The trade would cost more than is left of what the standing bid may spend."
 },
 {
  "code": 3403,
  "contract": "marketplace",
  "name": "ERR-BOND",
  "message": "The poster's wallet cannot pay the bond."
 },
 {
  "code": 3500,
  "contract": "marketplace",
  "name": "ERR-SIGNATURE",
  "message": "The signature is malformed, has a high S, or is not by the maker over this order."
 },
 {
  "code": 3501,
  "contract": "marketplace",
  "name": "ERR-BID-SIGNATURE",
  "message": "The bid's signature is malformed, has a high S, or is not by the maker over this bid."
 },
 {
  "code": 4000,
  "contract": "trade-escrow",
  "name": "ERR-NOT-DAO",
  "message": "The caller is neither the DAO nor the proposal that it executes."
 },
 {
  "code": 4001,
  "contract": "trade-escrow",
  "name": "ERR-NOT-PEER",
  "message": "The caller is not the contract that holds this role."
 },
 {
  "code": 4002,
  "contract": "trade-escrow",
  "name": "ERR-NOT-BUYER",
  "message": "The caller is not the buyer of this trade."
 },
 {
  "code": 4003,
  "contract": "trade-escrow",
  "name": "ERR-INDIRECT-CALL",
  "message": "A call that takes money must come from the wallet itself, not through another contract."
 },
 {
  "code": 4100,
  "contract": "trade-escrow",
  "name": "ERR-ZERO-AMOUNT",
  "message": "The amount is zero."
 },
 {
  "code": 4101,
  "contract": "trade-escrow",
  "name": "ERR-SELF-TRADE",
  "message": "Nobody can trade with itself."
 },
 {
  "code": 4102,
  "contract": "trade-escrow",
  "name": "ERR-FEES-TOO-HIGH",
  "message": "The fees are above the limits fixed in this contract."
 },
 {
  "code": 4103,
  "contract": "trade-escrow",
  "name": "ERR-ORDER",
  "message": "Trades must be listed in strictly increasing order."
 },
 {
  "code": 4104,
  "contract": "trade-escrow",
  "name": "ERR-WRONG-SLOT",
  "message": "The trade belongs to another seller or slot."
 },
 {
  "code": 4105,
  "contract": "trade-escrow",
  "name": "ERR-UNKNOWN-ROLE",
  "message": "There is no role of this name here."
 },
 {
  "code": 4106,
  "contract": "trade-escrow",
  "name": "ERR-ORIGIN",
  "message": "Trades of this origin are paid from elsewhere."
 },
 {
  "code": 4107,
  "contract": "trade-escrow",
  "name": "ERR-ASSET",
  "message": "Trades cannot be paid in this asset (any more)."
 },
 {
  "code": 4108,
  "contract": "trade-escrow",
  "name": "ERR-ASSET-HASH",
  "message": "The code of this contract is not what was decided on."
 },
 {
  "code": 4109,
  "contract": "trade-escrow",
  "name": "ERR-ASSET-BOUNDS",
  "message": "The lowest price must be above zero and at most the highest."
 },
 {
  "code": 4110,
  "contract": "trade-escrow",
  "name": "ERR-VERDICT",
  "message": "A verdict gives the seller the price of no more than was traded."
 },
 {
  "code": 4111,
  "contract": "trade-escrow",
  "name": "ERR-HOLD-TERM",
  "message": "An auction may hold what backs an order for an hour at most."
 },
 {
  "code": 4112,
  "contract": "trade-escrow",
  "name": "ERR-SECOND-ORDER",
  "message": "A household has one order in an auction."
 },
 {
  "code": 4113,
  "contract": "trade-escrow",
  "name": "ERR-WRONG-NETWORK",
  "message": "The grid operator's address is of another network: what is sent there is lost. The fees wait until the DAO has named another."
 },
 {
  "code": 4200,
  "contract": "trade-escrow",
  "name": "ERR-UNKNOWN-TRADE",
  "message": "There is no trade with this number."
 },
 {
  "code": 4201,
  "contract": "trade-escrow",
  "name": "ERR-TRADE-NOT-OPEN",
  "message": "The trade is settled, cancelled or disputed."
 },
 {
  "code": 4202,
  "contract": "trade-escrow",
  "name": "ERR-NOT-DISPUTED",
  "message": "The trade is not disputed."
 },
 {
  "code": 4203,
  "contract": "trade-escrow",
  "name": "ERR-SLOT-CLOSED",
  "message": "The slot is final or void already."
 },
 {
  "code": 4204,
  "contract": "trade-escrow",
  "name": "ERR-SLOT-OPEN",
  "message": "The slot is neither final nor void."
 },
 {
  "code": 4205,
  "contract": "trade-escrow",
  "name": "ERR-SELLER-LIMIT",
  "message": "The trade would exceed the seller's limit of 30 days."
 },
 {
  "code": 4206,
  "contract": "trade-escrow",
  "name": "ERR-BUYER-LIMIT",
  "message": "The trade would exceed the buyer's limit of 30 days."
 },
 {
  "code": 4207,
  "contract": "trade-escrow",
  "name": "ERR-OVER-PEAK",
  "message": "The seller would promise more than its peak power gives in the slot."
 },
 {
  "code": 4208,
  "contract": "trade-escrow",
  "name": "ERR-NOTHING-TO-SETTLE",
  "message": "None of these trades can be settled (any more)."
 },
 {
  "code": 4209,
  "contract": "trade-escrow",
  "name": "ERR-REPORTED",
  "message": "Production has been reported, so the slot cannot be given up."
 },
 {
  "code": 4210,
  "contract": "trade-escrow",
  "name": "ERR-NOTHING-PROMISED",
  "message": "Nothing is promised in this slot."
 },
 {
  "code": 4211,
  "contract": "trade-escrow",
  "name": "ERR-UNKNOWN-TERMS",
  "message": "There has never been such a version of the parameters."
 },
 {
  "code": 4212,
  "contract": "trade-escrow",
  "name": "ERR-NOT-REPORTED",
  "message": "Nothing has been reported that could be confirmed."
 },
 {
  "code": 4213,
  "contract": "trade-escrow",
  "name": "ERR-BUYER-SLOT",
  "message": "The buyer would buy more of this slot than a household's connection carries."
 },
 {
  "code": 4214,
  "contract": "trade-escrow",
  "name": "ERR-BUYER-SLOTS",
  "message": "The buyer has energy coming in too many slots already."
 },
 {
  "code": 4215,
  "contract": "trade-escrow",
  "name": "ERR-OTHER-AUCTION",
  "message": "An order of this household stands in another auction."
 },
 {
  "code": 4300,
  "contract": "trade-escrow",
  "name": "ERR-SLOT-STARTED",
  "message": "The slot has begun; what is promised in it is frozen."
 },
 {
  "code": 4301,
  "contract": "trade-escrow",
  "name": "ERR-CANCEL-WINDOW",
  "message": "The time to cancel is over."
 },
 {
  "code": 4302,
  "contract": "trade-escrow",
  "name": "ERR-GATE-CLOSED",
  "message": "The gate of the slot is closed."
 },
 {
  "code": 4303,
  "contract": "trade-escrow",
  "name": "ERR-TOO-EARLY",
  "message": "The oracle may still report this slot."
 },
 {
  "code": 4304,
  "contract": "trade-escrow",
  "name": "ERR-SUSPENDED",
  "message": "The seller may not promise anything yet: it failed too often."
 },
 {
  "code": 4400,
  "contract": "trade-escrow",
  "name": "ERR-FUNDS",
  "message": "The buyer's wallet cannot pay the total."
 },
 {
  "code": 4401,
  "contract": "trade-escrow",
  "name": "ERR-VAULT",
  "message": "The vault holds less than that."
 },
 {
  "code": 4402,
  "contract": "trade-escrow",
  "name": "ERR-NOTHING-DUE",
  "message": "There is nothing to pay out."
 },
 {
  "code": 4403,
  "contract": "trade-escrow",
  "name": "ERR-ASSET-AMOUNT",
  "message": "The asset has not handed over exactly what was asked."
 },
 {
  "code": 4404,
  "contract": "trade-escrow",
  "name": "ERR-HELD",
  "message": "The rest of the vault backs an order in an auction, until the gate of its slot closes at the latest."
 },
 {
  "code": 5000,
  "contract": "energy-oracle",
  "name": "ERR-NOT-DAO",
  "message": "The caller is neither the DAO nor the proposal that it executes."
 },
 {
  "code": 5001,
  "contract": "energy-oracle",
  "name": "ERR-NOT-PEER",
  "message": "The caller is not the contract that holds this role."
 },
 {
  "code": 5002,
  "contract": "energy-oracle",
  "name": "ERR-NOT-UTILITY",
  "message": "The caller is not the utility."
 },
 {
  "code": 5003,
  "contract": "energy-oracle",
  "name": "ERR-NOT-OPERATOR",
  "message": "This principal has no seat as an operator, and never had one."
 },
 {
  "code": 5100,
  "contract": "energy-oracle",
  "name": "ERR-OVER-PEAK",
  "message": "The export is more than the certified peak power gives in an hour."
 },
 {
  "code": 5101,
  "contract": "energy-oracle",
  "name": "ERR-REVISION",
  "message": "The first revision is 1, and each further one is the next number."
 },
 {
  "code": 5102,
  "contract": "energy-oracle",
  "name": "ERR-THRESHOLD",
  "message": "The threshold must be at least 1 and at most the number of operators."
 },
 {
  "code": 5103,
  "contract": "energy-oracle",
  "name": "ERR-DUPLICATE-OPERATOR",
  "message": "An operator is listed twice."
 },
 {
  "code": 5104,
  "contract": "energy-oracle",
  "name": "ERR-UNKNOWN-ROLE",
  "message": "There is no role of this name here."
 },
 {
  "code": 5105,
  "contract": "energy-oracle",
  "name": "ERR-REASON",
  "message": "A curtailment needs a reason code above zero."
 },
 {
  "code": 5106,
  "contract": "energy-oracle",
  "name": "ERR-NO-CONTRADICTION",
  "message": "The two reports do not contradict each other: they must be of one household, slot and revision, and differ."
 },
 {
  "code": 5107,
  "contract": "energy-oracle",
  "name": "ERR-OVER-LOAD",
  "message": "No connection that the DAO allows takes so much in an hour."
 },
 {
  "code": 5200,
  "contract": "energy-oracle",
  "name": "ERR-UNKNOWN-HOUSEHOLD",
  "message": "There is no household of this address."
 },
 {
  "code": 5201,
  "contract": "energy-oracle",
  "name": "ERR-FINAL",
  "message": "The report is final."
 },
 {
  "code": 5202,
  "contract": "energy-oracle",
  "name": "ERR-NO-REPORT",
  "message": "Nothing has been reported for this household and slot."
 },
 {
  "code": 5203,
  "contract": "energy-oracle",
  "name": "ERR-NOTHING-ACCEPTED",
  "message": "None of the rows could be accepted."
 },
 {
  "code": 5204,
  "contract": "energy-oracle",
  "name": "ERR-ALREADY-CURTAILED",
  "message": "This curtailment is known already."
 },
 {
  "code": 5205,
  "contract": "energy-oracle",
  "name": "ERR-KNOWN",
  "message": "This contradiction has been proved before."
 },
 {
  "code": 5206,
  "contract": "energy-oracle",
  "name": "ERR-NO-ROTATION",
  "message": "No rotation of operators is waiting."
 },
 {
  "code": 5300,
  "contract": "energy-oracle",
  "name": "ERR-FUTURE",
  "message": "The slot has not ended."
 },
 {
  "code": 5301,
  "contract": "energy-oracle",
  "name": "ERR-TOO-OLD",
  "message": "The slot ended too long ago."
 },
 {
  "code": 5302,
  "contract": "energy-oracle",
  "name": "ERR-WINDOW-CLOSED",
  "message": "The challenge window is over."
 },
 {
  "code": 5303,
  "contract": "energy-oracle",
  "name": "ERR-WINDOW-OPEN",
  "message": "The challenge window is still open."
 },
 {
  "code": 5304,
  "contract": "energy-oracle",
  "name": "ERR-ROTATION-DELAY",
  "message": "The delay before other operators take over is not over."
 },
 {
  "code": 5400,
  "contract": "energy-oracle",
  "name": "ERR-OPERATOR-STAKE",
  "message": "An operator has staked less than its seat asks for."
 },
 {
  "code": 5500,
  "contract": "energy-oracle",
  "name": "ERR-SIGNATURE",
  "message": "A signature is malformed, has a high S, or is not by the operator at this index."
 },
 {
  "code": 5501,
  "contract": "energy-oracle",
  "name": "ERR-SIGNATURE-ORDER",
  "message": "Operators must be named in strictly increasing order, so that none counts twice."
 },
 {
  "code": 5502,
  "contract": "energy-oracle",
  "name": "ERR-QUORUM",
  "message": "Fewer operators have signed than the threshold asks for."
 },
 {
  "code": 6000,
  "contract": "reputation-system",
  "name": "ERR-NOT-DAO",
  "message": "The caller is neither the DAO nor the proposal that it executes."
 },
 {
  "code": 6001,
  "contract": "reputation-system",
  "name": "ERR-NOT-PEER",
  "message": "The caller is not the contract that holds this role."
 },
 {
  "code": 6002,
  "contract": "reputation-system",
  "name": "ERR-INDIRECT-CALL",
  "message": "A call that takes money must come from the wallet itself, not through another contract."
 },
 {
  "code": 6100,
  "contract": "reputation-system",
  "name": "ERR-UNKNOWN-ROLE",
  "message": "There is no role of this name here."
 },
 {
  "code": 6101,
  "contract": "reputation-system",
  "name": "ERR-AMOUNTS",
  "message": "Nothing was promised, or more was delivered than promised."
 },
 {
  "code": 6102,
  "contract": "reputation-system",
  "name": "ERR-QUALITY",
  "message": "The quality of a meter is 1, 2 or 3."
 },
 {
  "code": 6103,
  "contract": "reputation-system",
  "name": "ERR-ZERO-AMOUNT",
  "message": "The amount is zero."
 },
 {
  "code": 6104,
  "contract": "reputation-system",
  "name": "ERR-STARS",
  "message": "A rating is 1 to 5."
 },
 {
  "code": 6200,
  "contract": "reputation-system",
  "name": "ERR-KNOWN",
  "message": "This household has a score already."
 },
 {
  "code": 6201,
  "contract": "reputation-system",
  "name": "ERR-METER-COUNTED",
  "message": "This meter has given its bonus already."
 },
 {
  "code": 6202,
  "contract": "reputation-system",
  "name": "ERR-HELD",
  "message": "The stake is held: by a seat as an operator or juror, or by a dispute."
 },
 {
  "code": 6203,
  "contract": "reputation-system",
  "name": "ERR-NOT-HELD",
  "message": "Nothing holds this stake."
 },
 {
  "code": 6204,
  "contract": "reputation-system",
  "name": "ERR-NOTHING-LEAVING",
  "message": "Nothing of this stake is on its way out."
 },
 {
  "code": 6205,
  "contract": "reputation-system",
  "name": "ERR-RATED",
  "message": "This side has rated this trade already."
 },
 {
  "code": 6300,
  "contract": "reputation-system",
  "name": "ERR-COOLDOWN",
  "message": "The stake that leaves must wait longer."
 },
 {
  "code": 6400,
  "contract": "reputation-system",
  "name": "ERR-FUNDS",
  "message": "The wallet cannot pay the stake."
 },
 {
  "code": 6401,
  "contract": "reputation-system",
  "name": "ERR-STAKE",
  "message": "The caller has staked less than that."
 },
 {
  "code": 7000,
  "contract": "dispute-resolution",
  "name": "ERR-NOT-PARTY",
  "message": "The caller is neither the seller nor the buyer of this trade."
 },
 {
  "code": 7001,
  "contract": "dispute-resolution",
  "name": "ERR-INDIRECT-CALL",
  "message": "A call that takes money must come from the wallet itself, not through another contract."
 },
 {
  "code": 7002,
  "contract": "dispute-resolution",
  "name": "ERR-NOT-RESPONDENT",
  "message": "Only the other party of the trade answers a claim."
 },
 {
  "code": 7003,
  "contract": "dispute-resolution",
  "name": "ERR-NOT-JUROR",
  "message": "The caller was not drawn for this jury."
 },
 {
  "code": 7100,
  "contract": "dispute-resolution",
  "name": "ERR-CLAIM",
  "message": "The claim is more than the trade was about."
 },
 {
  "code": 7101,
  "contract": "dispute-resolution",
  "name": "ERR-BALLOT",
  "message": "This is not what the juror committed to."
 },
 {
  "code": 7200,
  "contract": "dispute-resolution",
  "name": "ERR-UNKNOWN-TRADE",
  "message": "There is no trade with this number."
 },
 {
  "code": 7201,
  "contract": "dispute-resolution",
  "name": "ERR-TRADE-NOT-OPEN",
  "message": "The trade is settled, cancelled or disputed already."
 },
 {
  "code": 7202,
  "contract": "dispute-resolution",
  "name": "ERR-SLOT-CLOSED",
  "message": "The slot is final or void: there is nothing left to contest."
 },
 {
  "code": 7203,
  "contract": "dispute-resolution",
  "name": "ERR-UNKNOWN-DISPUTE",
  "message": "There is no dispute with this number."
 },
 {
  "code": 7204,
  "contract": "dispute-resolution",
  "name": "ERR-RESOLVED",
  "message": "The dispute has been resolved."
 },
 {
  "code": 7205,
  "contract": "dispute-resolution",
  "name": "ERR-SLOT-OPEN",
  "message": "The slot is neither final nor void."
 },
 {
  "code": 7206,
  "contract": "dispute-resolution",
  "name": "ERR-NOT-SETTLED",
  "message": "A trade is rated once it is settled, whatever was delivered."
 },
 {
  "code": 7207,
  "contract": "dispute-resolution",
  "name": "ERR-NO-FEE",
  "message": "Trades without any fee are not rated: they cost nothing to make up."
 },
 {
  "code": 7208,
  "contract": "dispute-resolution",
  "name": "ERR-NOT-ELIGIBLE",
  "message": "A juror is an active verified household of Silver or above by its score, with a juror's stake."
 },
 {
  "code": 7209,
  "contract": "dispute-resolution",
  "name": "ERR-ENROLLED",
  "message": "This household is in the pool already."
 },
 {
  "code": 7210,
  "contract": "dispute-resolution",
  "name": "ERR-NOT-ENROLLED",
  "message": "This household is not in the pool."
 },
 {
  "code": 7211,
  "contract": "dispute-resolution",
  "name": "ERR-SEATED",
  "message": "A juror leaves the pool when its juries have ended."
 },
 {
  "code": 7212,
  "contract": "dispute-resolution",
  "name": "ERR-ANSWERED",
  "message": "The claim has been answered."
 },
 {
  "code": 7213,
  "contract": "dispute-resolution",
  "name": "ERR-JURY-CALLED",
  "message": "A jury has been called; there is one at most."
 },
 {
  "code": 7214,
  "contract": "dispute-resolution",
  "name": "ERR-NO-JURY",
  "message": "No jury has been called."
 },
 {
  "code": 7215,
  "contract": "dispute-resolution",
  "name": "ERR-POOL",
  "message": "The pool is too small for a jury and the two parties."
 },
 {
  "code": 7216,
  "contract": "dispute-resolution",
  "name": "ERR-DRAWN",
  "message": "The jury has been drawn."
 },
 {
  "code": 7217,
  "contract": "dispute-resolution",
  "name": "ERR-COMMITTED",
  "message": "This juror has committed already."
 },
 {
  "code": 7218,
  "contract": "dispute-resolution",
  "name": "ERR-NOT-COMMITTED",
  "message": "This juror has committed to nothing, or has revealed it."
 },
 {
  "code": 7219,
  "contract": "dispute-resolution",
  "name": "ERR-NOTHING-TO-JUDGE",
  "message": "There is nothing to judge: the report was revised, or the sides agree."
 },
 {
  "code": 7220,
  "contract": "dispute-resolution",
  "name": "ERR-DRAW-PENDING",
  "message": "A jury that was called is not drawn yet: until then the pool stays as it was. Anybody may draw it from the next block on."
 },
 {
  "code": 7300,
  "contract": "dispute-resolution",
  "name": "ERR-TOO-EARLY",
  "message": "The slot has not ended."
 },
 {
  "code": 7301,
  "contract": "dispute-resolution",
  "name": "ERR-COMMIT-CLOSED",
  "message": "The time to commit is over."
 },
 {
  "code": 7302,
  "contract": "dispute-resolution",
  "name": "ERR-COMMIT-OPEN",
  "message": "The time to commit is not over."
 },
 {
  "code": 7303,
  "contract": "dispute-resolution",
  "name": "ERR-REVEAL-CLOSED",
  "message": "The time to reveal is over."
 },
 {
  "code": 7304,
  "contract": "dispute-resolution",
  "name": "ERR-JURY-OPEN",
  "message": "The jury still sits."
 },
 {
  "code": 7305,
  "contract": "dispute-resolution",
  "name": "ERR-CALL-WINDOW-OPEN",
  "message": "A jury may still be called."
 },
 {
  "code": 7306,
  "contract": "dispute-resolution",
  "name": "ERR-CALL-WINDOW-CLOSED",
  "message": "The time to call a jury is over."
 },
 {
  "code": 7307,
  "contract": "dispute-resolution",
  "name": "ERR-DRAW-TOO-EARLY",
  "message": "The block that draws the jury is not over."
 },
 {
  "code": 7400,
  "contract": "dispute-resolution",
  "name": "ERR-BOND",
  "message": "The caller cannot pay the bond."
 },
 {
  "code": 7401,
  "contract": "dispute-resolution",
  "name": "ERR-JURY-FEE",
  "message": "The caller cannot pay the jury."
 },
 {
  "code": 8000,
  "contract": "governance-dao",
  "name": "ERR-NOT-DAO",
  "message": "The caller is neither the DAO nor the proposal that it executes."
 },
 {
  "code": 8001,
  "contract": "governance-dao",
  "name": "ERR-NOT-DEPLOYER",
  "message": "Only the deployer may construct the DAO."
 },
 {
  "code": 8002,
  "contract": "governance-dao",
  "name": "ERR-NOT-GUARDIAN",
  "message": "The caller is not the guardian."
 },
 {
  "code": 8003,
  "contract": "governance-dao",
  "name": "ERR-NOT-PEER",
  "message": "The caller is not the contract that holds this role."
 },
 {
  "code": 8004,
  "contract": "governance-dao",
  "name": "ERR-NOT-MEMBER",
  "message": "The voter is not a member."
 },
 {
  "code": 8005,
  "contract": "governance-dao",
  "name": "ERR-INDIRECT-CALL",
  "message": "A call that takes money must come from the wallet itself, not through another contract."
 },
 {
  "code": 8006,
  "contract": "governance-dao",
  "name": "ERR-NOT-DELEGATE",
  "message": "This member has not delegated its vote to the caller."
 },
 {
  "code": 8100,
  "contract": "governance-dao",
  "name": "ERR-UNKNOWN-PARAMETER",
  "message": "There is no parameter of this name."
 },
 {
  "code": 8101,
  "contract": "governance-dao",
  "name": "ERR-OUT-OF-BOUNDS",
  "message": "The value is outside the bounds fixed for this parameter."
 },
 {
  "code": 8102,
  "contract": "governance-dao",
  "name": "ERR-CONTRADICTION",
  "message": "The value contradicts another parameter."
 },
 {
  "code": 8103,
  "contract": "governance-dao",
  "name": "ERR-UNKNOWN-ROLE",
  "message": "There is no role of this name here."
 },
 {
  "code": 8104,
  "contract": "governance-dao",
  "name": "ERR-CHOICE",
  "message": "A vote is 0 (against), 1 (for) or 2 (abstain)."
 },
 {
  "code": 8105,
  "contract": "governance-dao",
  "name": "ERR-WRONG-PROPOSAL",
  "message": "The proposal is of the other kind, or names another contract."
 },
 {
  "code": 8106,
  "contract": "governance-dao",
  "name": "ERR-PAUSE-BITS",
  "message": "There is no such pause flag."
 },
 {
  "code": 8107,
  "contract": "governance-dao",
  "name": "ERR-SUNSET-TOO-FAR",
  "message": "The guardian's sunset is too far in the future."
 },
 {
  "code": 8108,
  "contract": "governance-dao",
  "name": "ERR-ZERO-AMOUNT",
  "message": "The amount is zero."
 },
 {
  "code": 8109,
  "contract": "governance-dao",
  "name": "ERR-SELF-DELEGATION",
  "message": "Nobody can delegate to itself."
 },
 {
  "code": 8110,
  "contract": "governance-dao",
  "name": "ERR-WRONG-NETWORK",
  "message": "The address is of another network: what is sent there is lost."
 },
 {
  "code": 8200,
  "contract": "governance-dao",
  "name": "ERR-CONSTRUCTED",
  "message": "The DAO has been constructed already."
 },
 {
  "code": 8201,
  "contract": "governance-dao",
  "name": "ERR-UNKNOWN-PROPOSAL",
  "message": "There is no proposal with this number."
 },
 {
  "code": 8202,
  "contract": "governance-dao",
  "name": "ERR-CONCLUDED",
  "message": "The proposal has been concluded already."
 },
 {
  "code": 8203,
  "contract": "governance-dao",
  "name": "ERR-ALREADY-VOTED",
  "message": "This member has voted on this proposal already."
 },
 {
  "code": 8204,
  "contract": "governance-dao",
  "name": "ERR-NOT-PASSED",
  "message": "The proposal has not passed, or has been executed or vetoed already."
 },
 {
  "code": 8206,
  "contract": "governance-dao",
  "name": "ERR-NO-DELEGATION",
  "message": "There is nothing to undelegate."
 },
 {
  "code": 8300,
  "contract": "governance-dao",
  "name": "ERR-MEMBER-TOO-NEW",
  "message": "Membership must be older than the proposal."
 },
 {
  "code": 8301,
  "contract": "governance-dao",
  "name": "ERR-VOTING-CLOSED",
  "message": "The voting period is over."
 },
 {
  "code": 8302,
  "contract": "governance-dao",
  "name": "ERR-VOTING-OPEN",
  "message": "The voting period is not over."
 },
 {
  "code": 8303,
  "contract": "governance-dao",
  "name": "ERR-TIMELOCK",
  "message": "The timelock still holds."
 },
 {
  "code": 8304,
  "contract": "governance-dao",
  "name": "ERR-LAPSED",
  "message": "The proposal was not executed in time."
 },
 {
  "code": 8305,
  "contract": "governance-dao",
  "name": "ERR-GUARDIAN-SUNSET",
  "message": "The guardian's power has ended."
 },
 {
  "code": 8400,
  "contract": "governance-dao",
  "name": "ERR-TREASURY",
  "message": "The treasury holds less than that."
 },
 {
  "code": 8401,
  "contract": "governance-dao",
  "name": "ERR-BOND",
  "message": "The proposer cannot pay the bond."
 }
] as const;
