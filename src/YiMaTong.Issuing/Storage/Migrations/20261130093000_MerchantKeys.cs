using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace YiMaTong.Issuing.Storage.Migrations
{
    /// <inheritdoc />
    public partial class MerchantKeys : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "next_public_key_pem",
                table: "merchant",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "next_response_key_sealed",
                table: "merchant",
                type: "BLOB",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "next_public_key_pem",
                table: "merchant");

            migrationBuilder.DropColumn(
                name: "next_response_key_sealed",
                table: "merchant");
        }
    }
}
