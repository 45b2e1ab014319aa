using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace YiMaTong.Issuing.Storage.Migrations
{
    /// <inheritdoc />
    public partial class Emergency : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "emergency_code",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    citizen_id = table.Column<long>(type: "INTEGER", nullable: false),
                    form = table.Column<byte>(type: "INTEGER", nullable: false),
                    status_list = table.Column<byte>(type: "INTEGER", nullable: false),
                    status_index = table.Column<int>(type: "INTEGER", nullable: false),
                    scene_kinds = table.Column<int>(type: "INTEGER", nullable: false),
                    issued_at = table.Column<long>(type: "INTEGER", nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: false),
                    revoked_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_emergency_code", x => x.id);
                    table.ForeignKey(
                        name: "fk_emergency_code_citizen_citizen_id",
                        column: x => x.citizen_id,
                        principalTable: "citizen",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "offline_journal",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    journal = table.Column<byte[]>(type: "BLOB", nullable: false),
                    merchant_id = table.Column<string>(type: "TEXT", nullable: false),
                    mac_id = table.Column<string>(type: "TEXT", nullable: false),
                    first_seen_at = table.Column<long>(type: "INTEGER", nullable: false),
                    stored_through = table.Column<long>(type: "INTEGER", nullable: false),
                    highest = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_offline_journal", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "offline_scan",
                columns: table => new
                {
                    journal_id = table.Column<int>(type: "INTEGER", nullable: false),
                    sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    digest = table.Column<long>(type: "INTEGER", nullable: false),
                    merchant_id = table.Column<string>(type: "TEXT", nullable: false),
                    day = table.Column<int>(type: "INTEGER", nullable: false),
                    at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    skew_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    scan_id = table.Column<string>(type: "TEXT", nullable: false),
                    form = table.Column<int>(type: "INTEGER", nullable: false),
                    direction = table.Column<int>(type: "INTEGER", nullable: false),
                    decision = table.Column<int>(type: "INTEGER", nullable: false),
                    told = table.Column<int>(type: "INTEGER", nullable: false),
                    showing_id = table.Column<byte[]>(type: "BLOB", nullable: true),
                    key_id = table.Column<uint>(type: "INTEGER", nullable: false),
                    status_revision = table.Column<long>(type: "INTEGER", nullable: false),
                    declaration_id = table.Column<byte[]>(type: "BLOB", nullable: true),
                    handle = table.Column<long>(type: "INTEGER", nullable: true),
                    single_use = table.Column<bool>(type: "INTEGER", nullable: false),
                    revoked = table.Column<bool>(type: "INTEGER", nullable: false),
                    unopened = table.Column<byte>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_offline_scan", x => new { x.journal_id, x.sequence, x.digest });
                    table.ForeignKey(
                        name: "fk_offline_scan_offline_journal_journal_id",
                        column: x => x.journal_id,
                        principalTable: "offline_journal",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "ix_emergency_code_citizen_id_issued_at",
                table: "emergency_code",
                columns: new[] { "citizen_id", "issued_at" });

            migrationBuilder.CreateIndex(
                name: "ix_emergency_code_expires_at",
                table: "emergency_code",
                column: "expires_at");

            migrationBuilder.CreateIndex(
                name: "ix_emergency_code_status_list_status_index",
                table: "emergency_code",
                columns: new[] { "status_list", "status_index" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_offline_journal_journal",
                table: "offline_journal",
                column: "journal",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_offline_journal_merchant_id",
                table: "offline_journal",
                column: "merchant_id");

            migrationBuilder.CreateIndex(
                name: "ix_offline_scan_day_merchant_id",
                table: "offline_scan",
                columns: new[] { "day", "merchant_id" });

            migrationBuilder.CreateIndex(
                name: "ix_offline_scan_showing_id",
                table: "offline_scan",
                column: "showing_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "emergency_code");

            migrationBuilder.DropTable(
                name: "offline_scan");

            migrationBuilder.DropTable(
                name: "offline_journal");
        }
    }
}
