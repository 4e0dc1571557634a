// One transaction, repeated only when the server rolled it back for reasons
// that are nobody's fault: serialization failures and deadlocks.
#pragma once

#include <functional>

#include "lib/db/connection.hpp"

namespace pqxx {
class transaction_base;
}

namespace lark_batch::db {

using Work = std::function<void(pqxx::transaction_base&)>;

// Runs `work` and commits. `work` may run up to five times and must have no
// effect outside the transaction. Throws CommitInDoubt, or as
// translate_faults() says.
void transact(Connection& connection, const Work& work);

// Runs `work` in a savepoint. Data that the server refuses (SQLSTATE classes
// 22, 23 and 54) is undone and thrown as an Error, and the transaction can go
// on; everything else passes through.
void with_savepoint(pqxx::transaction_base& transaction, const Work& work);

// Runs `work` and rolls back: for plans that must write nothing.
void rehearse(Connection& connection, const Work& work);

}  // namespace lark_batch::db
